"""Ship the built-in list of names inside the package; all else stands in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithList(build_py):
    """Copy data/names.txt to makemore/data/, where `built_in_backgrounds` looks for it."""

    def run(self) -> None:
        """Build, then copy; an editable install reads the repository's own file."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "makemore" / "data"
            self.mkpath(str(target))
            self.copy_file(str(Path("data") / "names.txt"), str(target / "names.txt"))


setup(cmdclass={"build_py": BuildWithList})
