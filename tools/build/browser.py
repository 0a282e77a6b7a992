"""Find the browsers for the tests; install what is missing where that can be done."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tools.build.errors import BuildError
from tools.build.shell import run_quietly, say

CHROMIUM_VARIABLE = "MAKEMORE_CHROMIUM"
FIREFOX_VARIABLE = "MAKEMORE_FIREFOX"
FIREFOX_NAMES = ("firefox-esr", "firefox")
WEBKIT_VARIABLE = "MAKEMORE_WEBKIT_DRIVER"
WEBKIT_NAMES = ("WebKitWebDriver",)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Chromium without what windows need, which a test is quicker in; Playwright's own is one, too.
SHELLS = ("chromium-headless-shell",)
# No GPU in test machines, and no requests of the browser's own.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# How each package manager gets its lists and installs packages, and what the browsers are called.
MANAGERS = {
    "apt-get": (["update"], ["install", "--yes"]),
    "dnf": (None, ["install", "--assumeyes"]),
    "apk": (None, ["add"]),
    "pacman": (None, ["--sync", "--noconfirm"]),
}
LEAST = "--no-install-recommends"
CHROMIUM_PACKAGES = {manager: ["chromium"] for manager in MANAGERS}
SHELL_PACKAGES = {"apt-get": [LEAST, "chromium-headless-shell"]}
FIREFOX_PACKAGES = {
    "apt-get": [LEAST, "firefox-esr"],
    "dnf": ["firefox"],
    "apk": ["firefox"],
    "pacman": ["firefox"],
}
WEBKIT_PACKAGES = {"apt-get": [LEAST, "webkit2gtk-driver", "xvfb", "xauth"]}
PLAYWRIGHTS_OWN = """
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
"""


def launch_arguments() -> list[str]:
    """Return Chromium's command line; its sandbox can't work for root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*ARGUMENTS, *(["--no-sandbox"] if root else [])]


def system_chromium() -> str | None:
    """Return the path of this machine's Chromium, if it has one."""
    return find_browser(CHROMIUM_VARIABLE, NAMES)


def system_shell() -> str | None:
    """Return the path of this machine's Chromium without windows; of another if it has none."""
    return find_browser(CHROMIUM_VARIABLE, (*SHELLS, *NAMES))


def system_firefox() -> str | None:
    """Return the path of this machine's Firefox, if it has one."""
    return find_browser(FIREFOX_VARIABLE, FIREFOX_NAMES)


def system_webkit_driver() -> str | None:
    """Return the path of the driver of this machine's WebKitGTK, if it has one."""
    return find_browser(WEBKIT_VARIABLE, WEBKIT_NAMES)


def on_a_display() -> list[str] | None:
    """Return what to put before a command that opens windows; None if there is no display."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return []
    xvfb = shutil.which("xvfb-run")
    return [xvfb, "--auto-servernum"] if xvfb else None


def find_browser(variable: str, names: Sequence[str]) -> str | None:
    """Return the path that a variable of the environment gives, or that of a known name."""
    given = os.environ.get(variable)
    if given:
        if not Path(given).is_file():
            raise BuildError(f"{variable} is {given}, which is no file.")
        return given
    return next(filter(None, map(shutil.which, names)), None)


def ensure_chromium(python: Path) -> None:
    """Make sure that there is a Chromium: the system's, Playwright's, or a new one."""
    if system_chromium():
        add_shell()
        return
    if runs([str(python), "-c", PLAYWRIGHTS_OWN]):
        return
    say("Installing a Chromium for the browser tests ...")
    if runs([str(python), "-m", "playwright", "install", "chromium"]):
        return
    if install(CHROMIUM_PACKAGES) and system_chromium():
        add_shell()
        return
    raise BuildError(
        "The browser tests need a Chromium, and none could be installed: install the package "
        f"`chromium`, or give the path of one in {CHROMIUM_VARIABLE}."
    )


def add_shell() -> None:
    """Install Chromium's shell beside it, if that can be done: the tests work without it."""
    if os.environ.get(CHROMIUM_VARIABLE) or any(map(shutil.which, SHELLS)):
        return
    with suppress(BuildError):
        install(SHELL_PACKAGES)


def ensure_firefox() -> str:
    """Return the path of a Firefox: the system's, or a new one."""
    if found := system_firefox():
        return found
    if may_install(FIREFOX_PACKAGES):
        say("Installing a Firefox for the browser tests ...")
        install(FIREFOX_PACKAGES)
        if found := system_firefox():
            return found
    raise BuildError(
        "there is no Firefox on this machine: install the package `firefox-esr` or `firefox`, or "
        f"give the path of one in {FIREFOX_VARIABLE}"
    )


def ensure_webkit() -> str:
    """Return the path of a driver of WebKitGTK: the system's, or a new one."""
    if found := system_webkit_driver():
        return found
    if may_install(WEBKIT_PACKAGES):
        say("Installing WebKitGTK for the browser tests ...")
        install(WEBKIT_PACKAGES)
        if found := system_webkit_driver():
            return found
    raise BuildError(
        "there is no WebKitGTK with a driver on this machine: install the package "
        f"`webkit2gtk-driver`, or give the path of WebKitWebDriver in {WEBKIT_VARIABLE}"
    )


def may_install(packages: Mapping[str, list[str]]) -> list[str]:
    """Return the name of this machine's package manager, if it knows the packages and we may."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return []
    return [name for name in packages if shutil.which(name)][:1]


def install(packages: Mapping[str, list[str]]) -> bool:
    """Install packages with this machine's package manager; tell if it had one to use."""
    names = may_install(packages)
    for name in names:
        refresh, add = MANAGERS[name]
        for arguments in ([refresh] if refresh else []) + [[*add, *packages[name]]]:
            command = [name, *arguments]
            run_quietly(
                command,
                doing=f"`{' '.join(command)}`",
                way_out="Install it by hand, then run this again.",
                environment={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
    return bool(names)


def runs(command: list[str]) -> bool:
    """Tell if a command succeeds."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
