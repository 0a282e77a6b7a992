"""What hypothesis makes for the unit tests."""

from __future__ import annotations

from hypothesis import strategies as st

# Letters that are easily confused: a literal ".", a space, capitals, other
# scripts, a combining accent, an emoji outside the basic plane and its joiner.
CHARACTERS = "ab.A éß漢א\u0301\U0001f469\u200d"

words = st.text(alphabet=CHARACTERS, max_size=6)
"""A word, possibly empty."""

word_lists = st.lists(words, min_size=1, max_size=12)
"""A list with at least one word."""

any_words = st.lists(
    st.text(st.characters(exclude_characters="\n", exclude_categories=()), max_size=8), max_size=8
)
"""Words of any code points but the line feed, lone surrogates included."""

seeds = st.integers(-(2**63), 2**64 - 1)
"""All seeds that PyTorch takes."""
