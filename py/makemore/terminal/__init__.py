"""What stands behind the command line: a command a function, and one sentence for each error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from makemore.errors import MakemoreError
from makemore.terminal.arguments import COMMANDS, command_parser, makemore_parser
from makemore.terminal.talk import tell

__all__ = ["main"]

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say; return the exit code.

    0 if all went well, 1 with one sentence on stderr if it did not, 2 if the arguments are wrong,
    130 after Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if hasattr(sys.stdout, "reconfigure"):  # words of any script, whatever the system writes in
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        if arguments and arguments[0] in COMMANDS:
            parsed = command_parser().parse_args(arguments)
            from makemore.terminal import commands

            run = getattr(commands, parsed.command)
        elif arguments and not arguments[0].startswith("-"):
            known = ", ".join(COMMANDS)
            tell(f"error: There is no command {arguments[0][:40]!r}; there are {known}.")
            return MISUSED
        else:
            parsed = makemore_parser().parse_args(arguments)
            from makemore.terminal.as_makemore import run
        code: int = run(parsed)
        sys.stdout.flush()
    except MakemoreError as error:
        tell(f"error: {error}")
        return FAILED
    except KeyboardInterrupt:
        tell("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:  # as of `| head`: whoever read has enough
        _give_up_stdout()
        return 0
    except OSError as error:  # a full disk behind stdout
        _give_up_stdout()
        tell(f"error: What was made cannot be written: {error.strerror or error}.")
        return FAILED
    return code


def _give_up_stdout() -> None:
    """Let nothing be written at the end that could not be written before."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
