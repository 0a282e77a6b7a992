"""Make ``data/japanese_names.txt``: Japanese first names as they are read, in hiragana.

Run by hand::

    pip install japanese-personal-name-dataset==0.4.0
    python data/recipes/japanese_names.py

Women's names first, then the men's that are not among them, each in the package's order (kana).
"""

from japanese_personal_name_dataset import load_dataset
from word_list import write_words


def main() -> None:
    """Write the list."""
    men, women = load_dataset("org")
    write_words("japanese_names.txt", dict.fromkeys([*women, *men]))


if __name__ == "__main__":
    main()
