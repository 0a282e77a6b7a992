"""Lists and models from where a person says: a file, or stdin for -."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from makemore.errors import SettingError, StorageError, WordListError
from makemore.models.protocol import Model
from makemore.reading.reader import ReadList, ReadOptions, WordReader
from makemore.storage import load, read_file, write_file

__all__ = ["options_of", "read_bytes", "read_list", "read_model", "whole_number", "write_bytes"]


def read_bytes(name: str) -> bytes:
    """Read a file, or stdin for -; raises WordListError if it cannot be read."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise WordListError(f"{name} cannot be read: {error.strerror or error}.") from error


def read_list(name: str, arguments: argparse.Namespace | None = None) -> ReadList:
    """Read all words of a list; raises WordListError, which names the file."""
    options = ReadOptions() if arguments is None else options_of(arguments)
    reader = WordReader(options, keep_all=True)
    try:
        reader.feed(read_bytes(name))
        return reader.finish()
    except WordListError as error:
        if name in str(error):
            raise
        raise type(error)(f"{'stdin' if name == '-' else name}: {error}") from error


def options_of(arguments: argparse.Namespace) -> ReadOptions:
    """Give how a list is read, as the flags say."""
    column = None if arguments.column is None else whole_number("column", arguments.column)
    return ReadOptions(
        encoding=arguments.encoding,
        column=column,
        lowercase=arguments.lowercase,
        graphemes=arguments.graphemes,
    )


def read_model(name: str) -> Model:
    """Load a model from a file, or from stdin for -."""
    return load(sys.stdin.buffer.read()) if name == "-" else read_file(name)


def write_bytes(name: str, data: bytes) -> None:
    """Write a file whole or not at all, or to stdout for -."""
    if name == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    write_file(name, data)


def whole_number(name: str, typed: str, least: int = 0) -> int:
    """Turn what was typed into a whole number; raises SettingError if it is none."""
    try:
        number = int(typed)
    except ValueError:
        number = least - 1
    if number < least:
        raise SettingError(f"--{name} must be a whole number from {least}; it is {typed!r}.", name)
    return number


def check_writable(name: str) -> None:
    """Raise StorageError if it cannot be written there, before hours are spent on it."""
    if name == "-":
        if sys.stdout.isatty():
            raise StorageError(
                "A model is no text for a terminal: send it to a file by -o M.safetensors, or on "
                "by a pipe."
            )
        return
    path = Path(name)
    if path.is_dir():
        raise StorageError(f"{name} cannot be written: it is a folder. Give the file a name.")
    target = path
    if path.is_file() or not path.exists():  # a pipe or a device is written to, and not replaced
        target = Path(os.path.realpath(path)).parent
        if not target.is_dir():
            raise StorageError(f"{name} cannot be written: there is no folder {target}.")
    if not os.access(target, os.W_OK):
        raise StorageError(f"{name} cannot be written: you may not write into {target}.")
