"""A guess at the encoding of text that is no UTF-8, by chardet where that is installed."""

from __future__ import annotations

from makemore.reading.decoding import FALLBACK

__all__ = ["guess_encoding"]

# What lists are found in, by chardet's names, and what the page calls the same.
_ENCODINGS = {
    **{name: name for name in ("cp1250", "cp1251", FALLBACK, "cp1253", "cp1254", "cp1255")},
    **{name: name for name in ("cp1256", "cp1258", "cp437", "cp874", "cp932", "cp949")},
    **{name: name for name in ("gb18030", "iso8859-2", "iso8859-15", "koi8-r")},
    "big5hkscs": "big5",
    "euc_jis_2004": "euc_jp",
    "mac-roman": "mac_roman",
}
_ALMOST = 0.8  # of the best one's confidence


def guess_encoding(data: bytes) -> str | None:
    """Guess what the beginning of a file is written in; some ten words are mostly enough.

    None if chardet is not installed or has no guess. chardet tells languages by pairs of bytes,
    which short lists of names have few of. Spanish names look Czech to it; Windows-1252 is
    preferred where it is almost as likely.
    """
    try:
        import chardet
    except ImportError:
        return None
    found = chardet.detect_all(
        data, ignore_threshold=True, include_encodings=_ENCODINGS, compat_names=False
    )
    confidence = {one["encoding"]: one["confidence"] for one in found if one["encoding"]}
    if not confidence:
        return None
    best = max(confidence, key=confidence.__getitem__)
    almost = confidence.get(FALLBACK, 0.0) >= _ALMOST * confidence[best]
    if almost or data.decode(best, "replace") == data.decode(FALLBACK, "replace"):
        return FALLBACK
    return _ENCODINGS.get(best)
