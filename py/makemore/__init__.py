"""makemore: learn a list of words, bigram by bigram, and make more like it.

bytes → words → counts N → probabilities P → words again; or N → weights W → P.
"""

from makemore.constraints import Constraint
from makemore.counting.tables import Bigram, count_bigrams, most_frequent
from makemore.edit_distance import WordIndex
from makemore.errors import (
    ConstraintError,
    MakemoreError,
    SettingError,
    TrainingError,
    VocabularyError,
    WordListError,
)
from makemore.evaluation import (
    WordScore,
    kl_divergence,
    largest_differences,
    log_likelihood,
    mean_nll,
    score_word,
)
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel
from makemore.reading.reader import WordList, read_words, word_statistics
from makemore.sampling import Drawing, generate, generate_words, sample_words, with_temperature
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "Bigram",
    "Constraint",
    "ConstraintError",
    "CountModel",
    "Drawing",
    "MakemoreError",
    "SettingError",
    "SoftmaxModel",
    "TorchGenerator",
    "TrainingError",
    "Vocabulary",
    "VocabularyError",
    "WordIndex",
    "WordList",
    "WordListError",
    "WordScore",
    "count_bigrams",
    "generate",
    "generate_words",
    "kl_divergence",
    "largest_differences",
    "log_likelihood",
    "mean_nll",
    "most_frequent",
    "read_words",
    "sample_words",
    "score_word",
    "with_temperature",
    "word_statistics",
]
