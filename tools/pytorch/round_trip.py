"""Carry nets to PyTorch, train them there by makemore.py's class, and open them again.

python tools/pytorch/round_trip.py PATH/TO/makemore.py [NET.safetensors …], with a Python that has
PyTorch 2, safetensors and NumPy. Without files, small nets of all kinds are trained first: here, or
with --page in the page, in Chromium, where they are saved by its button and opened again. At each
station the log-probabilities of the same words are compared.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT)]

import torch  # noqa: E402
from safetensors.torch import load as load_tensors  # noqa: E402
from safetensors.torch import save as save_tensors  # noqa: E402

from makemore.corpus import split_words  # noqa: E402
from makemore.models import MODELS, kind_of  # noqa: E402
from makemore.models.net import Net  # noqa: E402
from makemore.reading.reader import read_words  # noqa: E402
from makemore.safetensors_format import read_tensors  # noqa: E402
from makemore.storage import load, read_file, save  # noqa: E402
from makemore.training import fit  # noqa: E402
from tools.pytorch.asked import log_probs, rows_of  # noqa: E402
from tools.pytorch.their_script import load_module  # noqa: E402

STEPS = 10
WORDS = 256


def main() -> None:
    """Print a row for each net: its losses, and the largest difference at each station."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("makemore", type=Path)
    parser.add_argument("nets", nargs="*", type=Path)
    parser.add_argument("--page", action="store_true", help="begin and end in the page, on dist/")
    parser.add_argument(
        "--page-python",
        type=Path,
        default=ROOT / ".venv" / "bin" / "python",
        help="which has Playwright (%(default)s)",
    )
    arguments = parser.parse_args()
    makemore = load_module(arguments.makemore)
    words = split_words(read_words((ROOT / "data" / "names.txt").read_bytes()).words)[0]
    print("net            loss here  there      after 10  here again  at most apart")
    if arguments.page:
        from_page_to_page(makemore, words[:WORDS], arguments.page_python)
        return
    nets = [read_file(path) for path in arguments.nets] or [
        fit(kind, words[:2000], steps=100)
        for kind, entry in MODELS.items()
        if issubclass(entry.load(), Net)
    ]
    for net in nets:
        here = log_probs(net, words[:WORDS])
        data, there, after = in_pytorch(makemore, save(net), words[:WORDS])
        print(row(kind_of(net), here, there, after, log_probs(load(data), words[:WORDS])))


def from_page_to_page(makemore: ModuleType, words: list[str], python: Path) -> None:
    """Train nets in the page, go on in PyTorch, and open them in the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "words.json").write_text(json.dumps(words))
        command: list[str | Path] = [python, "-m", "tools.pytorch.in_page"]
        subprocess.run([*command, "train", folder], cwd=ROOT, check=True)
        stations = {}
        for file in sorted(folder.glob("*.safetensors")):
            here = logs_in(file)
            data, there, after = in_pytorch(makemore, file.read_bytes(), words)
            file.write_bytes(data)
            stations[file] = here, there, after
        subprocess.run([*command, "open", folder], cwd=ROOT, check=True)
        for file, logs in stations.items():
            print(row(file.stem, *logs, logs_in(file)))


def logs_in(file: Path) -> Any:
    """Read what the page's Python gave of a net."""
    return np.array(json.loads(file.with_suffix(".json").read_text()))


def in_pytorch(makemore: ModuleType, data: bytes, words: list[str]) -> tuple[bytes, Any, Any]:
    """Open a file, train and save it there; also give log P of the words before and after."""
    net: Any = load(data)
    x, y = rows_of(net, words)
    theirs = as_theirs(makemore, net)
    theirs.load_state_dict(load_tensors(data))
    there = log_prob(theirs, x, y)[y >= 0]
    train(theirs, x, y)
    after = log_prob(theirs, x, y)[y >= 0]
    return save_tensors(theirs.state_dict(), read_tensors(data)[1]), there, after


def row(kind: str, here: Any, there: Any, after: Any, back: Any) -> str:
    """Compare the stations; SystemExit if they do not agree, or nothing was learned."""
    apart = max(np.abs(here - there).max(), np.abs(after - back).max())
    if apart > 1e-3 or not after.mean() > there.mean():
        raise SystemExit(f"{kind}: log-probabilities are {apart:.2g} apart")
    losses = "  ".join(f"{-part.mean():.6f}" for part in (here, there, after, back))
    return f"{kind:<13}  {losses}    {apart:.1e}"


def as_theirs(makemore: ModuleType, net: Any) -> Any:
    """Make makemore.py's class of a net's kind and sizes, as docs/pytorch.md does."""
    config = makemore.ModelConfig(
        block_size=net.sizes.context,
        vocab_size=len(net.vocabulary),
        n_layer=net.sizes.layers,
        n_head=net.sizes.heads,
        n_embd=net.sizes.embedding,
        n_embd2=net.sizes.hidden,
    )
    kind = kind_of(net)
    if kind in ("rnn", "gru"):
        return makemore.RNN(config, cell_type=kind)
    names = {
        "bigram-logits": "Bigram",
        "mlp": "MLP",
        "bow": "BoW",
        "transformer": "Transformer",
    }
    return getattr(makemore, names[kind])(config)


def log_prob(theirs: Any, x: Any, y: Any) -> Any:
    """Give PyTorch's log P of each symbol of y, (B, T); 0 where y is -1."""
    with torch.no_grad():
        logits, _ = theirs(torch.as_tensor(x))
    target = torch.as_tensor(y).clamp(min=0)[:, :, None]
    logs = logits.double().log_softmax(-1).gather(2, target)[:, :, 0].numpy()
    return np.where(y >= 0, logs, 0.0)


def train(theirs: Any, x: Any, y: Any) -> None:
    """Do a few steps as makemore.py does them."""
    optimizer = torch.optim.AdamW(
        theirs.parameters(), lr=5e-4, weight_decay=0.01, betas=(0.9, 0.99), eps=1e-8
    )
    for _ in range(STEPS):
        _, loss = theirs(torch.as_tensor(x), torch.as_tensor(y))
        theirs.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
