#!/usr/bin/env python3
"""Build, serve, test and measure makemore in the browser.

Needs Python 3.11 or later and Node 20 or later; everything else it installs itself: npm packages
into node_modules/, test tools into .venv/, derived files into .cache/ and the site into dist/.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TypeAlias

from tools.build import api_docs, checks, dist, serve
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.measure import bench, model_tables

WHEEL_VARIABLE = "MAKEMORE_NUMPY_WHEEL"

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(Layout.of_this_repository(), options))
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the command line's description."""
    result = argparse.ArgumentParser(
        prog="build.py",
        description=__doc__,
        epilog="`build.py COMMAND --help` tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = result.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_build(commands)
    add_serve(commands)
    add_test(commands)
    add_bench(commands)
    add_api(commands)
    return result


def add_build(commands: Commands) -> None:
    """Describe `build`."""
    command = commands.add_parser(
        "build",
        help="make dist/, ready to be published",
        description="Make dist/, the whole site as static files, with .br and .gz copies of its "
        "large files. The same sources give the same bytes. Only what changed is made again.",
    )
    add_wheel_option(command)
    command.add_argument(
        "--check-reproducible",
        action="store_true",
        help="then build from nothing in a temporary folder, and fail unless all bytes are equal",
    )
    command.set_defaults(run=run_build)


def add_serve(commands: Commands) -> None:
    """Describe `serve`."""
    command = commands.add_parser(
        "serve",
        help="build what changed, serve dist/ on this machine and open it",
        description="Build what changed, serve dist/ at 127.0.0.1 and open it in the browser where "
        "there is a display. Ctrl-C ends it.",
    )
    add_wheel_option(command)
    command.add_argument("--port", type=int, default=0, help="port to use (default: a free one)")
    command.add_argument(
        "--base-path", default="/", help="serve below this path, as GitHub Pages does (default: /)"
    )
    command.add_argument("--no-browser", action="store_true", help="don't open the browser")
    command.set_defaults(run=run_serve)


def add_test(commands: Commands) -> None:
    """Describe `test`."""
    command = commands.add_parser(
        "test",
        help="check lint and types, run the unit tests in both Pythons and the browser tests",
        description="Install what tests need, then run all parts, or some of them:\n"
        + "\n".join(f"  {name:8} {check.__doc__}" for name, check in checks.PARTS.items()),
        epilog="Arguments after -- go to pytest: build.py test --only unit -- -k sampling",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_wheel_option(command)
    command.add_argument(
        "--only",
        type=parts_of_tests,
        default=list(checks.PARTS),
        metavar="PARTS",
        help="names of parts, with commas between them",
    )
    command.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="argument for pytest")
    command.set_defaults(run=run_test)


def add_api(commands: Commands) -> None:
    """Describe `api`."""
    command = commands.add_parser(
        "api",
        help="document the Python package in dist/api, after `build`",
        description="Make dist/api, the package's documentation from its docstrings, to be "
        "published beside the page. The page does not load it, and `build` removes it.",
    )
    command.set_defaults(run=run_api)


def add_bench(commands: Commands) -> None:
    """Describe `bench`."""
    command = commands.add_parser(
        "bench",
        help="measure the start and the main job in Chromium",
        description="Start the page and plain Pyodide with NumPy in turns in Chromium and compare "
        "them, measure how long people wait for the parts of the main job, and compare the "
        "training with the lecture's own loop where PyTorch is installed. Or measure one of three "
        "other things:\n--size: how long lists take\n--scale: counting on two processes\n"
        "--models: how fast the models are, in\n"
        + "\n".join(f"  {name:8} {what}" for name, what in model_tables.PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_wheel_option(command)
    command.add_argument(
        "--rounds", type=int, default=7, help="how often to measure (default: %(default)s)"
    )
    command.add_argument(
        "--torch-python",
        type=Path,
        metavar="PATH",
        help="a Python that has PyTorch (default: the one that runs this, if it has)",
    )
    command.add_argument(
        "--size",
        nargs="*",
        type=megabytes,
        metavar="MEGABYTES",
        help="measure this instead: how long lists of so many MB take in the page, and its memory "
        "(without numbers: 1 to 1000)",
    )
    command.add_argument(
        "--scale",
        nargs="?",
        type=megabytes,
        const=200,
        metavar="MEGABYTES",
        help="measure this instead: `makemore count` on one process and on two with a list of so "
        "many MB (%(const)s), and what merging costs",
    )
    command.add_argument(
        "--models",
        nargs="?",
        type=model_tables.parts_from,
        const=list(model_tables.PARTS),
        metavar="PARTS",
        help="measure this instead: the models, in all parts or those named, with commas between "
        "them",
    )
    command.add_argument(
        "--makemore",
        type=Path,
        metavar="PATH",
        help="with --models: your copy of makemore.py, to be compared with in PyTorch",
    )
    command.add_argument(
        "--json", type=Path, metavar="FILE", help="with --models: write all figures there too"
    )
    command.set_defaults(run=run_bench)


def parts_of_tests(text: str) -> list[str]:
    """Read the value of --only."""
    parts = text.split(",")
    unknown = [part for part in parts if part not in checks.PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(unknown)!r} is none of {', '.join(checks.PARTS)}"
        )
    return parts


def megabytes(text: str) -> int:
    """Read a value of --size or --scale."""
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def add_wheel_option(command: argparse.ArgumentParser) -> None:
    """Describe where else NumPy's wheel may be."""
    given = os.environ.get(WHEEL_VARIABLE)
    command.add_argument(
        "--numpy-wheel",
        type=Path,
        default=Path(given) if given else None,
        metavar="PATH",
        help="NumPy's wheel for Pyodide, if this machine can't download it "
        f"(default: the environment variable {WHEEL_VARIABLE})",
    )


def run_build(layout: Layout, options: argparse.Namespace) -> int:
    """Run `build`."""
    dist.build(layout, options.numpy_wheel, compress=True, show=True)
    if options.check_reproducible:
        dist.check_reproducible(layout, options.numpy_wheel)
    return 0


def run_serve(layout: Layout, options: argparse.Namespace) -> int:
    """Run `serve`."""
    dist.build(layout, options.numpy_wheel, compress=False)
    serve.serve(
        layout.dist,
        port=options.port,
        base_path=options.base_path,
        open_browser=not options.no_browser,
    )
    return 0


def run_test(layout: Layout, options: argparse.Namespace) -> int:
    """Run `test`."""
    passed = checks.test(layout, options.numpy_wheel, options.only, options.pytest)
    return 0 if passed else 1


def run_api(layout: Layout, options: argparse.Namespace) -> int:
    """Run `api`."""
    del options
    api_docs.make(layout)
    return 0


def run_bench(layout: Layout, options: argparse.Namespace) -> int:
    """Run `bench`."""
    wheel = options.numpy_wheel
    if options.models is not None:
        bench.bench_models(layout, wheel, options)
    elif options.size is not None:
        bench.bench_size(layout, wheel, options.size)
    elif options.scale is not None:
        bench.bench_scale(layout, options.scale, options.rounds)
    else:
        torch_python = options.torch_python or Path(sys.executable)
        bench.bench(layout, wheel, options.rounds, torch_python)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
