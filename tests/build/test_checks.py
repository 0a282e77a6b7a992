"""What the test command says of its parts, and what it installs for them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.build import browser, checks
from tools.build.errors import BuildError
from tools.build.layout import Layout


@pytest.fixture(autouse=True)
def nothing_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "install_npm_packages", lambda *_, **__: None)
    monkeypatch.setattr(checks, "make_test_environment", lambda _: Path(sys.executable))


def passes(run: checks.Run) -> bool:
    """Pass."""
    return run.passes(sys.executable, "-c", "print('a program ran')")


def fails(run: checks.Run) -> bool:
    """Fail."""
    return run.passes(sys.executable, "-c", "raise SystemExit(1)")


def breaks(run: checks.Run) -> bool:
    """Need what there is not."""
    raise BuildError("there is no net")


def lacks(run: checks.Run) -> bool:
    """Need a browser that there is not."""
    raise checks.NotRunError("there is no such browser")


def closing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], **parts: object
) -> tuple[bool, str]:
    """Run these parts; return the outcome and the last line."""
    monkeypatch.setattr(checks, "PARTS", parts)
    passed = checks.test(Layout.of_this_repository(), None, list(parts), [])
    return passed, capfd.readouterr().out.splitlines()[-1]


def test_the_last_line_names_what_passed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said = closing(monkeypatch, capfd, lint=passes, unit=passes)

    assert said == (True, "All passed: lint, unit")


def test_what_did_not_run_is_not_said_to_have_passed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said = closing(monkeypatch, capfd, lint=passes, firefox=lacks)

    assert said == (True, "All passed: lint. Did not run: firefox")


def test_a_part_that_fails_or_breaks_fails_all(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said = closing(monkeypatch, capfd, lint=passes, unit=fails, e2e=breaks, firefox=lacks)

    assert said == (False, "FAILED: unit, e2e. Did not run: firefox")


def test_where_nothing_ran_nothing_is_well(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert closing(monkeypatch, capfd, firefox=lacks) == (
        False,
        "Nothing ran. Did not run: firefox",
    )


def test_what_ran_beside_others_is_printed_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "PARTS", {"lint": passes, "pyodide": passes, "unit": passes})
    checks.test(Layout.of_this_repository(), None, ["lint", "pyodide", "unit"], [])

    lines = capfd.readouterr().out.splitlines()
    heads = [line.split()[1].rstrip(":") for line in lines if line.startswith("== ")]
    assert heads == ["lint", "lint", "pyodide", "pyodide", "unit", "unit"]
    assert lines.count("a program ran") == 3


def test_a_selection_that_leaves_a_part_no_test_is_not_said_to_have_passed(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    run = checks.Run(Layout.of_this_repository(), Path(sys.executable), None, ["-k", "klingon"])

    with pytest.raises(checks.NotRunError, match="klingon"):
        run.passes_tests([sys.executable, "-m", "pytest", "-q", tmp_path, *run.pytest_arguments])


# Browsers


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what the package manager of a Debian without Firefox is asked, as root, to do."""
    commands: list[list[str]] = []
    on_path = {"apt-get": "/usr/bin/apt-get"}

    def run(command: Sequence[str], **_: object) -> str:
        commands.append(list(command))
        if command[-1] == "firefox-esr":
            on_path["firefox-esr"] = "/usr/bin/firefox-esr"
        return ""

    monkeypatch.delenv(browser.FIREFOX_VARIABLE, raising=False)
    monkeypatch.setattr("shutil.which", on_path.get)
    monkeypatch.setattr(browser, "run_quietly", run)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    return commands


def test_firefox_is_installed_where_that_can_be_done(asked: list[list[str]]) -> None:
    assert browser.ensure_firefox() == "/usr/bin/firefox-esr"
    assert asked[0] == ["apt-get", "update"]
    assert asked[1][-1] == "firefox-esr"

    asked.clear()
    assert browser.ensure_firefox() == "/usr/bin/firefox-esr"
    assert asked == []


def test_who_may_not_install_is_told_what_is_missing(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)

    with pytest.raises(BuildError, match="install the package `firefox-esr`"):
        browser.ensure_firefox()
    assert asked == []


def test_a_chromium_without_windows_is_added_to_one_that_is_there(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "system_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.delenv(browser.CHROMIUM_VARIABLE, raising=False)
    browser.ensure_chromium(Path(sys.executable))
    assert asked[1][-1] == "chromium-headless-shell"

    def fail(*_: object, **__: object) -> str:
        raise BuildError("no network")

    monkeypatch.setattr(browser, "run_quietly", fail)
    browser.ensure_chromium(Path(sys.executable))  # which does as well
