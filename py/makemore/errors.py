"""What can go wrong, in words a person can act on.

Every error that a user's input can cause is a `MakemoreError`. Its message
quotes the offending value, says where it stands and what to do, and is shown
to the person as it is.
"""

from __future__ import annotations

import re

__all__ = [
    "UNFIT",
    "ConstraintError",
    "EncodingError",
    "LectureClosedError",
    "MakemoreError",
    "SettingError",
    "StorageError",
    "TrainingError",
    "VocabularyError",
    "WordListError",
    "quoted",
]

# As site/text.js has them: controls, bidi marks and overrides, blanks of no width, tags.
_INVISIBLE = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb]"
)
# Hebrew, Arabic and the scripts in the blocks that Unicode reserves for this direction.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LONGEST_SHOWN = 80

UNFIT = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What is raised where something is made of plain data or arrays that are not its own."""


class MakemoreError(ValueError):
    """Base of all errors that input can cause."""


class WordListError(MakemoreError):
    """A word list cannot be read, or holds nothing to learn from."""


class EncodingError(WordListError):
    """A file's bytes are no text in the encoding that was assumed or chosen."""


class VocabularyError(MakemoreError):
    """A symbol that the model has never seen, or one that cannot be a symbol.

    ``symbols`` are the offending ones, each once, in order of appearance.
    """

    def __init__(self, message: str, symbols: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.symbols = symbols


class SettingError(MakemoreError):
    """A setting is outside its range; ``setting`` is its name, as the keyword that carried it."""

    def __init__(self, message: str, setting: str) -> None:
        super().__init__(message)
        self.setting = setting

    def __reduce__(self) -> tuple[type[SettingError], tuple[str, str], dict[str, object]]:
        """Name both arguments: a pool's process that cannot make the error again hangs."""
        return type(self), (str(self), self.setting), self.__dict__


class ConstraintError(SettingError):
    """No word can be as asked; `settings` are all that play a part, `setting` the first of them."""

    def __init__(self, message: str, setting: str, settings: tuple[str, ...] = ()) -> None:
        super().__init__(message, setting)
        self.settings = settings or (setting,)


class TrainingError(MakemoreError):
    """Training cannot go on; the last good weights are kept.

    ``losses`` are those of the steps that were done since they were last told.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.losses: list[float] = []


class StorageError(MakemoreError):
    """A file is no model, is damaged, or cannot be written."""


class LectureClosedError(MakemoreError):
    """A step was asked for before the lecture was opened, as after a restart of Python."""


def quoted(name: str) -> str:
    """Quote a name within a message: cut, invisible characters named, its direction its own."""
    cut = name[:_LONGEST_SHOWN] + "…" * (len(name) > _LONGEST_SHOWN)
    text = _INVISIBLE.sub(lambda found: f"‹U+{ord(found[0]):04X}›", cut)
    return f"“\u2068{text}\u2069”" if _RIGHT_TO_LEFT.search(text) else f"“{text}”"
