"""What the automatic choice promises of the words it makes; README has the figures themselves."""

from __future__ import annotations

import pytest

from tools.measure.usable import FORTY, ROOT, cross_validated, share_usable

NAMES = (ROOT / "data/names.txt").read_text(encoding="utf-8").split()
INVENTED = FORTY.read_text(encoding="utf-8").split()


@pytest.mark.filterwarnings("ignore::makemore.sampling.ShortfallWarning")
def test_most_words_made_of_us_names_are_usable() -> None:
    assert share_usable(NAMES, 1000) >= 0.85


@pytest.mark.filterwarnings("ignore::makemore.sampling.ShortfallWarning")
def test_most_words_made_of_forty_names_are_usable() -> None:
    assert share_usable(INVENTED, 1000) >= 0.70
    assert cross_validated(INVENTED, NAMES) <= 2.26
