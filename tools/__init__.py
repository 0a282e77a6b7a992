"""The build: what build.py's commands do, one job a module."""

import sys

# Here, because modules below need a newer Python already to be imported.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(f"error: Python {sys.version.split()[0]} is too old: use Python 3.11 or later.")
