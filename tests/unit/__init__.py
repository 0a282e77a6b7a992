"""Unit tests; they run in CPython and again inside Pyodide."""
