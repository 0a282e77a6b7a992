"""The benchmark, and reports on how the page treats its input."""
