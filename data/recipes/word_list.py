"""What the recipes share: how a word list of this folder is written."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent


def write_words(file_name: str, words: Iterable[str]) -> None:
    """Write one word a line into ``data/``: UTF-8, LF, NFC, nothing empty.

    Parameters
    ----------
    file_name : str
        Name of the file inside ``data/``.
    words : iterable of str
        The words in their final order.

    Raises
    ------
    ValueError
        If a word is empty, padded with spaces or holds a line break.
    """
    lines = [unicodedata.normalize("NFC", word) for word in words]
    for line in lines:
        if not line or line != line.strip() or len(line.splitlines()) != 1:
            raise ValueError(f"{line!r} is not one clean word")
    path = DATA / file_name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(lines)} lines, {path.stat().st_size} bytes")
