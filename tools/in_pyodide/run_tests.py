"""Run pytest inside Pyodide."""

import os
import sys
from typing import Any

import pytest


def main(arguments: dict[str, Any]) -> int:
    """Run the tests of the mounted project; return pytest's exit code."""
    os.chdir(arguments["project"])
    sys.path += arguments["paths"]
    # A cache would be written into the project; file descriptors and signals are not what they are
    # elsewhere, so output is captured at sys.stdout and there is no fault handler.
    here = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys"]
    return int(pytest.main([*here, *arguments["pytest"]]))
