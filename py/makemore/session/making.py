"""The session's actions on words: make new ones, score one, find the nearest ones."""

from __future__ import annotations

import itertools
import unicodedata

from makemore.evaluation import score_samples, score_word
from makemore.sampling import MAX_LENGTH, generate_words, with_temperature
from makemore.session.state import Plain, State
from makemore.settings import parse_setting
from makemore.torch_generator import Era, TorchGenerator

__all__ = ["generate", "nearest", "score"]

_SAMPLED = 2_000_000  # probabilities looked at for one word: 1,000 symbols of 2,000
_SCORED = 500  # words at once: they may have 1,000 symbols each
_NEAREST_WORDS = 5


def generate(
    state: State,
    model: str = "counting",
    count: object = 20,
    seed: object = 2147483647,
    era: object = 1,
    temperature: object = 1.0,
) -> Plain:
    """Make new words.

    Parameters
    ----------
    model : {"counting", "gradient"}
        Which model makes them.
    count, seed, era, temperature : number or str
        As typed; see `SETTINGS`.

    Returns
    -------
    dict
        ``words``, each with ``word``, its ``symbols``, ``known`` (whether the list has it; see
        `ReadList.has`), ``line`` (where it has it first; else, or if the list is too long
        to keep its words, None),
        ``mean_nll`` (in nats, under the model as trained), ``probabilities`` (of each
        symbol, and of the end if it was drawn, under the same) and ``ended``; and
        ``truncated``, how many did not end and were cut after ``max_length``.

    Raises
    ------
    MakemoreError
        If there is no such trained model, or a setting is out of range.
    """
    learned = state.need_list()
    number = int(parse_setting("count", count))
    heat = float(parse_setting("temperature", temperature))
    pytorch: Era = 2 if parse_setting("era", era) == 2 else 1
    generator = TorchGenerator(int(parse_setting("seed", seed)), era=pytorch)
    probabilities = state.probabilities(model)
    # A model of many symbols, smoothed, hardly ever ends a word, and each symbol takes longer.
    longest = max(1, min(MAX_LENGTH, _SAMPLED // len(learned.vocabulary)))
    words = generate_words(
        with_temperature(probabilities, heat),
        learned.vocabulary,
        generator,
        max_length=longest,
    )
    made = list(itertools.islice(words, number))
    if learned.read.words is None:
        known = learned.read.has([word.word for word in made])
    else:
        known = [word.word in learned.line_of for word in made]
    scores: list[tuple[float, list[float]]] = []
    for start in range(0, number, _SCORED):
        scores += score_samples(probabilities, made[start : start + _SCORED])
    plain = [
        {
            "word": word,
            "symbols": [learned.vocabulary.symbols[i] for i in indices],
            "known": is_known,
            "line": learned.line_of.get(word),
            "mean_nll": mean,
            "probabilities": likely,
            "ended": ended,
        }
        for (word, ended, indices), (mean, likely), is_known in zip(
            made, scores, known, strict=True
        )
    ]
    cut = sum(not word.ended for word in made)
    return {"words": plain, "truncated": cut, "max_length": longest}


def score(state: State, word: str, model: str = "counting") -> Plain:
    """Score one word under a model.

    Parameters
    ----------
    word : str
        Any text without a line feed; brought to Unicode NFC as the list is.
    model : {"counting", "gradient"}

    Returns
    -------
    dict
        ``nll``, ``mean_nll`` and ``bigrams``, each [first, second, probability, nll].

    Raises
    ------
    VocabularyError
        If the list has not all of the word's symbols.
    """
    learned = state.need_list()
    word = unicodedata.normalize("NFC", word)
    score = score_word(state.probabilities(model), learned.vocabulary, word)
    return {
        "nll": score.nll,
        "mean_nll": score.mean_nll,
        "bigrams": [list(bigram) for bigram in score.bigrams],
    }


def nearest(state: State, word: str) -> Plain:
    """Find the words of the list that are nearest to a word, by edit distance.

    Parameters
    ----------
    word : str

    Returns
    -------
    dict
        ``distance``; ``words``, the first five that have it, each [word, line]; and
        ``more``, how many others have it too.
    """
    learned = state.need_list()
    distance, words = learned.index.nearest(unicodedata.normalize("NFC", word))
    first = words[:_NEAREST_WORDS]
    return {
        "distance": distance,
        "words": [[near, learned.line_of[near]] for near in first],
        "more": len(words) - len(first),
    }
