"""makemore.py's flags: its run, its lines, and model.safetensors in place of model.pt."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from makemore.errors import SettingError, StorageError, TrainingError
from makemore.makemore_run import MakemoreRun, Options, clean_words
from makemore.models.net import Net
from makemore.storage import read_file, save, write_file
from makemore.terminal.reading import read_bytes
from makemore.terminal.talk import tell

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Do what makemore.py does with these flags."""
    if arguments.device != "cpu":
        raise SettingError(
            f"There is no device {arguments.device!r} here, only cpu. To train on a GPU, open the "
            "model in PyTorch: docs/pytorch.md says how.",
            "device",
        )
    print(vars(arguments))
    try:
        text = read_bytes(arguments.input_file).decode()
    except UnicodeDecodeError:
        raise SettingError(
            f"{arguments.input_file} is no UTF-8 text. `makemore fit` reads other encodings.",
            "input_file",
        ) from None
    making = MakemoreRun(clean_words(text), Options(**vars(arguments)))
    path = _work_dir(arguments.work_dir) / "model.safetensors"
    if arguments.resume or arguments.sample_only:
        _restore(making, path)

    def keep(net: Net, path: Path = path) -> str:
        write_file(path, save(net, {"makemore.py": vars(arguments)}))
        return str(path)

    events = making.events(keep)
    try:
        for event in events:
            for line in event.facts["lines"]:
                print(line, flush=True)
    except (KeyboardInterrupt, TrainingError):
        if making.best_loss is None and making.run is not None:
            earlier = path.exists()  # of another run, and perhaps better
            where = keep(making.net, path.with_name("stopped.safetensors") if earlier else path)
            tell(f"The model is saved as it is, in {where}{f'; {path} stays' if earlier else ''}.")
        raise
    return 0


def _work_dir(name: str) -> Path:
    path = Path(name)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
    return path


def _restore(making: MakemoreRun, path: Path) -> None:
    model: Any = read_file(path)
    if model.vocabulary != making.vocabulary:
        raise StorageError(
            f"{path} has learned other symbols than this list has. Give the list it was trained on."
        )
    if not isinstance(model, Net):
        raise StorageError(f"{path} holds no net. Give the work directory of an earlier run.")
    making.net.set_parameters(model.parameters)
