"""The command line: `python -m makemore`, or `makemore` where the package is installed."""

from __future__ import annotations

import sys

from makemore.terminal import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
