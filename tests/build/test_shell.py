"""Tests of tools/build/shell.py."""

import sys

import pytest

from tools.build.errors import BuildError
from tools.build.shell import run_quietly, shortened


def test_a_failure_says_what_failed_why_and_the_way_out() -> None:
    program = "import sys; print('because'); sys.exit(3)"
    with pytest.raises(BuildError, match=r"Doing it failed\. Try again\.\nbecause"):
        run_quietly([sys.executable, "-c", program], doing="Doing it", way_out="Try again.")


def test_a_program_that_is_not_there_is_an_error_too() -> None:
    with pytest.raises(BuildError, match=r"Doing it failed: .*no-such-program"):
        run_quietly(["no-such-program"], doing="Doing it", way_out="")


def test_long_output_is_cut_in_the_middle() -> None:
    lines = shortened("\n".join(map(str, range(100)))).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("0", "99", 17)
