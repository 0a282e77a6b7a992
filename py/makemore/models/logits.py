"""makemore.py's Bigram: a table of logits, found by AdamW from zeros."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from makemore.models.batches import Batch
from makemore.models.bigram import chain_of_table
from makemore.models.net import Net, Sizes
from makemore.models.protocol import Chain
from makemore.nn.layers import embedding, embedding_backward
from makemore.nn.parameters import Piece, Zeros

if TYPE_CHECKING:
    from makemore.models.bigram_net import BigramNet

__all__ = ["Logits"]

Floats = npt.NDArray[np.float32]


class Logits(Net):
    """The logits of what follows a symbol are a row of a table: logits = table[x_t]."""

    kind = "bigram-logits"
    most_symbols = 2000  # a logit for each pair

    @classmethod
    def pieces(cls, V: int, sizes: Sizes) -> Iterator[Piece]:
        """One table."""
        yield Zeros("logits", (V, V))

    @property
    def reach(self) -> int:
        """How many symbols back matter: 1."""
        return 1

    def forward(self, batch: Batch) -> tuple[Floats, Any]:
        """Look the logits up, (n, V)."""
        return embedding(batch.ids, self.parameters["logits"]), batch.ids

    def backward(self, dlogits: Floats, cache: Any) -> None:
        """Add each row where it was looked up."""
        embedding_backward(dlogits, cache, self.gradients["logits"])

    def as_shown(self, words: Sequence[str]) -> BigramNet:
        """Give the same table as the net that the page shows, which goes on learning from words."""
        from makemore.counting.tables import count_bigrams
        from makemore.models.bigram_net import BigramNet, SoftmaxModel, whole_table

        counts = whole_table(count_bigrams(words, self.vocabulary))
        return BigramNet(self.vocabulary, SoftmaxModel(counts, self.parameters["logits"]))

    def chain(self) -> Chain:
        """Give P and the next context, which is the symbol itself."""
        V = len(self.vocabulary)
        return chain_of_table(self.predict(np.arange(V)[:, None]), V)
