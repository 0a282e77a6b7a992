"""Tests of tools/build/python_files.py."""

from pathlib import Path

import pytest

from tools.build.errors import BuildError
from tools.build.python_files import built_in_lists, imported_modules


def test_imports_are_found_at_any_depth_and_only_the_standard_library_s(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "import numpy as np\nfrom . import b\nimport json.decoder\n"
        "def f():\n    if True:\n        from importlib import metadata\n"
    )
    assert imported_modules(tmp_path) == {"json.decoder", "importlib", "importlib.metadata"}


def test_a_syntax_error_names_the_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = 1\ny = = 2\n")
    with pytest.raises(BuildError, match=r"broken\.py, line 2"):
        imported_modules(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"lists": [{"id": "x"}]}'])
def test_a_wrong_list_of_lists_is_explained(tmp_path: Path, text: str) -> None:
    (tmp_path / "lists.json").write_text(text)
    with pytest.raises(BuildError, match=r"lists\.json must be"):
        built_in_lists(tmp_path)


def test_a_list_without_its_file_is_explained(tmp_path: Path) -> None:
    entry = '{"lists": [{"id": "x", "title": "X", "file": "x.txt"}]}'
    (tmp_path / "lists.json").write_text(entry)
    with pytest.raises(BuildError, match=r"names x\.txt, which is not in"):
        built_in_lists(tmp_path)
