"""What ends a line: LF, CR LF and CR, and Unicode's own line ends.

Source: The Unicode Standard 16.0, section 5.8, "Newline Guidelines", without its
vertical tab and form feed: these are refused as the control characters they are.
"""

from __future__ import annotations

__all__ = ["LINE_ENDS", "lines_of", "to_line_feeds"]

LINE_ENDS = "\n\r\x85\u2028\u2029"
"""What ends a line; CR LF is one end."""


def to_line_feeds(text: str) -> str:
    """Write every line end as a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        for end in "\x85\u2028\u2029":
            text = text.replace(end, "\n")
    return text


def lines_of(text: str) -> list[str]:
    """Split text into lines, without their ends; the last need not have one."""
    lines = to_line_feeds(text).split("\n")
    return lines if lines[-1] else lines[:-1]
