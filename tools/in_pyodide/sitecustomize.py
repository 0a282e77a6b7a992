"""Imports modules from packs; Python imports this by itself, early in its start.

A start imports some 300 modules. zipimport opens, seeks and reads for each of them, and
site-packages is asked for each suffix that a module may have; a pack is read once, as a whole, and
then a module is a look into a dict. packing.py writes the packs.

Only what is built into Python can be imported here: the library comes from a pack itself.
"""

import gc
import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import _LoaderBasics
from zipimport import zipimporter

PACK = "modules.marshal"
SITE_PACKAGES = "/lib/python3.13/site-packages"
_added: set[str] = set()


class Pack(_LoaderBasics):
    """Finds and loads the modules of one pack, as if each were a file below a folder."""

    def __init__(self, folder: str, data: bytes) -> None:
        self._folder = folder
        self._modules: dict[str, tuple[bool, bytes]] = marshal.loads(data)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Say where a module is, if it is in this pack."""
        if name not in self._modules:
            return None
        spec = ModuleSpec(
            name,
            self,  # type: ignore[arg-type]  # typeshed's Loader has methods that no one calls
            origin=self.get_filename(name),
            is_package=self.is_package(name),
        )
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            # What is no Python file, such as an extension module, is in the file system.
            spec.submodule_search_locations.append(f"{self._folder}/{name.replace('.', '/')}")
        return spec

    def is_package(self, name: str) -> bool:
        """Tell if a module is a package."""
        return self._modules[name][0]

    def get_filename(self, name: str) -> str:
        """Return where the source of a module would be."""
        inside = "/__init__.py" if self.is_package(name) else ".py"
        return f"{self._folder}/{name.replace('.', '/')}{inside}"

    def get_code(self, name: str) -> object:
        """Return the code of a module."""
        return marshal.loads(self._modules[name][1])

    def get_source(self, name: str) -> None:
        """Return no source; where there is one, it is a file."""


def add_packs() -> None:
    """Import from the packs that were put into site-packages, now or before."""
    for name in sorted(os.listdir(SITE_PACKAGES)):
        if name.endswith(f".{PACK}") and name not in _added:
            with open(f"{SITE_PACKAGES}/{name}", "rb") as file:
                sys.meta_path.insert(0, Pack(SITE_PACKAGES, file.read()))
            _added.add(name)


def started() -> None:
    """Collect garbage again, but never what the start has made: that stays to the end."""
    gc.freeze()
    gc.enable()


def restored() -> None:
    """After this memory was copied from an earlier start: see that it works, and is not the same.

    Raises RuntimeError if NumPy does not compute.
    """
    import numpy as np

    if (np.ones((30, 30)) @ np.ones((30, 30))).sum() != 27000.0:
        raise RuntimeError("NumPy doesn't compute after it was restored.")
    # Two starts from one copy would draw the same. NumPy's generators are not imported yet.
    if "random" in sys.modules:
        sys.modules["random"].seed()


# Modules make no garbage worth looking for.
gc.disable()
_library = os.path.dirname(__file__)
sys.meta_path.insert(0, Pack(_library, zipimporter(_library).get_data(PACK)))
