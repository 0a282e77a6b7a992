"""Files of models, as PyTorch writes them and as the page does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, expect

from makemore.storage import load, read_file
from tests.e2e.person import choose, open_all, status

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "pytorch"
TOLD = json.loads((FIXTURES / "log_probs.json").read_text())


def test_nets_that_pytorch_wrote_open_go_on_learning_and_are_saved(app: Page) -> None:
    app.get_by_role("textbox", name="Paste words").fill("\n".join(TOLD["words"]))
    app.get_by_role("button", name="Use these words").click()
    expect(status(app)).to_contain_text("6 words of “Pasted words” read")
    choose(app, "MLP")  # whose runs are not those of a file
    for kind, label in (("bigram-logits", "Bigram net"), ("gru", "GRU")):
        file = FIXTURES / f"{kind}.safetensors"
        app.get_by_label("Model file").set_input_files(file)
        expect(status(app)).to_contain_text(f"{label} is in use, as the file has it")
        expect(app.get_by_role("radio", name=label, exact=True)).to_be_checked()
        x, y = np.array(TOLD["x"]), np.array(TOLD["y"])
        there = np.array(TOLD[kind])
        loss = f"{-there.sum() / (y >= 0).sum():.4f}"
        expect(app.get_by_role("status", name="Training loss")).to_have_text(loss)
        np.testing.assert_allclose(saved(app).log_prob(x, y), there, atol=1e-5)

    open_all(app)
    app.get_by_role("spinbutton", name="Steps", exact=True).fill("30")
    app.get_by_role("button", name="Resume", exact=True).click()
    expect(status(app)).to_contain_text("Trained after")
    before: Any = read_file(FIXTURES / "gru.safetensors")
    after = saved(app)
    assert after.log_prob(x, y).mean() > before.log_prob(x, y).mean() + 0.01


def saved(app: Page) -> Any:
    """Save the model by the page's button, and load it here."""
    with app.expect_download() as download:
        app.get_by_role("button", name="Save model").click()
    return load(download.value.path().read_bytes())
