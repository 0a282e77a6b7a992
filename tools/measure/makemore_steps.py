"""Time the steps of a person's own makemore.py; run by a Python that has PyTorch.

Usage: python tools/measure/makemore_steps.py MAKEMORE.PY NAMES.TXT

First prints PyTorch's version as JSON; then reads lines of JSON, [kind, cropped, seconds], and
answers each with the milliseconds a step. Batches are made before, so that they cost nothing;
"cropped" ones end with their longest word.
"""

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from tools.pytorch.their_script import load_module

SEED = 3407
BATCHES, BATCH_SIZE = 64, 32


class Steps:
    """One net of makemore.py, its optimizer and its batches."""

    def __init__(self, makemore: Any, words: Any, kind: str, *, cropped: bool) -> None:
        torch.manual_seed(SEED)
        config = makemore.ModelConfig(
            vocab_size=words.get_vocab_size(), block_size=words.get_output_length()
        )
        names = {"mlp": "MLP", "bow": "BoW", "transformer": "Transformer"}
        recurrent = kind in ("rnn", "gru")
        self._net = (
            makemore.RNN(config, kind) if recurrent else getattr(makemore, names[kind])(config)
        )
        self._optimizer = torch.optim.AdamW(
            self._net.parameters(), lr=5e-4, weight_decay=0.01, betas=(0.9, 0.99), eps=1e-8
        )
        self._batches = [batch(words, cropped=cropped) for _ in range(BATCHES)]
        self._done = 0
        self.time(0.0)

    def time(self, seconds: float) -> float:
        """Do at least one step, and as many as begin in time; return ms a step."""
        begun, steps = time.perf_counter(), 0
        while steps == 0 or time.perf_counter() < begun + seconds:
            self._step(*self._batches[self._done % BATCHES])
            self._done += 1
            steps += 1
        return 1000 * (time.perf_counter() - begun) / steps

    def _step(self, x: Any, y: Any) -> None:
        _, loss = self._net(x, y)
        self._net.zero_grad(set_to_none=True)
        loss.backward()
        self._optimizer.step()


def batch(words: Any, *, cropped: bool) -> tuple[Any, Any]:
    """Draw words as makemore.py does, with replacement; x and y, (B, T)."""
    chosen = torch.randint(len(words), (BATCH_SIZE,)).tolist()
    x, y = (torch.stack(rows) for rows in zip(*(words[i] for i in chosen), strict=True))
    if cropped:
        longest = int((y >= 0).sum(1).max())
        x, y = x[:, :longest].contiguous(), y[:, :longest].contiguous()
    return x, y


def main(makemore: Any, names: str) -> None:
    """Answer lines until there are no more."""
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    printed, sys.stdout = sys.stdout, io.StringIO()  # makemore.py says what it reads and makes
    words, _ = makemore.create_datasets(names)
    print(json.dumps(torch.__version__), file=printed, flush=True)
    nets: dict[tuple[str, bool], Steps] = {}
    for line in sys.stdin:
        kind, cropped, seconds = json.loads(line)
        if (kind, cropped) not in nets:
            nets[kind, cropped] = Steps(makemore, words, kind, cropped=cropped)
        print(nets[kind, cropped].time(seconds), file=printed, flush=True)


if __name__ == "__main__":
    main(load_module(Path(sys.argv[1])), sys.argv[2])
