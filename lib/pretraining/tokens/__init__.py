"""Bytes to tokens: byte-level byte-pair encoding, trained here and encoded by tiktoken.

Ids 0-255 are the bytes themselves, id 256 + i is what merge i makes, special tokens follow. Notable features:
- text is split into words first (GPT-2's pattern), so no token crosses a word's border;
- training counts each distinct word once and keeps the pair counts up to date: a merge costs only the words it touches;
- ties between equally frequent pairs go to the lexicographically greater pair of byte strings;
- encoding runs in tiktoken's fast core with our merges.

Sources: Sennrich et al. 2016, arXiv 1508.07909 (BPE for words); Radford et al. 2019 (byte level, the split pattern).
"""

from .bpe import train_bpe
from .checks import check_vocab_size
from .published import cl100k, gpt2
from .reference import merge_pair, reference_encode
from .replay import MergeStep, replay
from .split import GPT2_PATTERN, GPT4_PATTERN
from .tokenizer import END_OF_TEXT, Tokenizer

__all__ = [
    "END_OF_TEXT",
    "GPT2_PATTERN",
    "GPT4_PATTERN",
    "MergeStep",
    "Tokenizer",
    "check_vocab_size",
    "cl100k",
    "gpt2",
    "merge_pair",
    "reference_encode",
    "replay",
    "train_bpe",
]
