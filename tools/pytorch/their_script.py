"""A person's own copy of makemore.py, as a module; it needs PyTorch."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace


def load_module(path: Path) -> ModuleType:
    """Import makemore.py; it runs nothing when it is imported."""
    spec = importlib.util.spec_from_file_location("their_makemore", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # It imports the writer of logs that it uses when it is run; nothing is written here.
    sys.modules.setdefault("torch.utils.tensorboard", SimpleNamespace(SummaryWriter=None))  # type: ignore[arg-type]
    sys.modules["their_makemore"] = module
    spec.loader.exec_module(module)
    return module
