"""A tab that people leave in the background, in a browser that is allowed to notice."""

from __future__ import annotations

import subprocess
from pathlib import Path

from playwright.sync_api import BrowserType

from tools.build.browser import launch_arguments, system_chromium
from tools.build.environment import find_node

SCRIPT = Path(__file__).parents[1] / "browsers" / "hidden.mjs"


def test_a_run_in_a_hidden_and_frozen_tab_ends_as_one_that_was_not(
    base_url: str, browser_type: BrowserType
) -> None:
    chromium = system_chromium() or browser_type.executable_path
    command = [find_node(), str(SCRIPT), base_url, chromium, *launch_arguments()]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "the same losses" in done.stdout
