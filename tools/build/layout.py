"""Where things are."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders that the build reads and writes."""

    root: Path
    cache: Path
    dist: Path

    @classmethod
    def of_this_repository(cls) -> "Layout":
        """Return the folders of the repository that this file is in."""
        root = Path(__file__).resolve().parents[2]
        return cls(root=root, cache=root / ".cache", dist=root / "dist")

    @property
    def node_modules(self) -> Path:
        """Folder of the npm packages."""
        return self.root / "node_modules"

    @property
    def pyodide(self) -> Path:
        """Folder of the official Pyodide runtime."""
        return self.node_modules / "pyodide"

    @property
    def venv(self) -> Path:
        """Folder of the virtual environment for the tests."""
        return self.root / ".venv"
