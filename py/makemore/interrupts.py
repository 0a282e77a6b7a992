"""Ctrl-C that loses nothing: it is heeded only where nothing is half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Self, TypeVar

__all__ = ["Interrupts"]

Item = TypeVar("Item")


class Interrupts:
    """Remembers Ctrl-C in ``asked`` while it is entered; a second one ends everything at once.

    Only the main thread hears of it, so elsewhere this changes nothing.
    """

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False
        self._before: Any = None

    def __enter__(self) -> Self:
        """Begin to listen."""
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(self, *error: object) -> None:
        """Let Ctrl-C do what it did before."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def until(self, items: Iterator[Item]) -> Iterator[Item]:
        """Give items until Ctrl-C, which breaks off nothing but the wait for the next one."""
        while not self.asked:
            self._waiting = True
            try:
                item = next(items)
            except StopIteration:
                return
            except KeyboardInterrupt:
                self.asked = True
                return
            finally:
                self._waiting = False
            yield item

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self._waiting or self.asked:
            raise KeyboardInterrupt
        self.asked = True
