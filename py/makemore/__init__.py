"""makemore: learn a list of words, and make more like it.

bytes → words → a model, by counting or step by step → P(next symbol | the symbols so far) → words.
"""

from makemore.constraints import Constraint
from makemore.corpus import split_words
from makemore.counting.tables import Bigram, count_bigrams, most_frequent
from makemore.edit_distance import WordIndex
from makemore.errors import (
    ConstraintError,
    MakemoreError,
    SettingError,
    StorageError,
    TrainingError,
    VocabularyError,
    WordListError,
)
from makemore.evaluation import (
    WordScore,
    evaluate,
    kl_divergence,
    largest_differences,
    log_likelihood,
    mean_nll,
    score_word,
)
from makemore.models import MODELS
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel
from makemore.models.mix import mix
from makemore.models.ngram import NGram
from makemore.reading.reader import WordList, read_words, word_statistics
from makemore.sampling import Drawing, generate, generate_words, sample_words, with_temperature
from makemore.storage import load, save
from makemore.torch_generator import TorchGenerator
from makemore.training import fit, train
from makemore.vocabulary import Vocabulary

__all__ = [
    "MODELS",
    "Bigram",
    "Constraint",
    "ConstraintError",
    "CountModel",
    "Drawing",
    "MakemoreError",
    "NGram",
    "SettingError",
    "SoftmaxModel",
    "StorageError",
    "TorchGenerator",
    "TrainingError",
    "Vocabulary",
    "VocabularyError",
    "WordIndex",
    "WordList",
    "WordListError",
    "WordScore",
    "count_bigrams",
    "evaluate",
    "fit",
    "generate",
    "generate_words",
    "kl_divergence",
    "largest_differences",
    "load",
    "log_likelihood",
    "mean_nll",
    "mix",
    "most_frequent",
    "read_words",
    "sample_words",
    "save",
    "score_word",
    "split_words",
    "train",
    "with_temperature",
    "word_statistics",
]
