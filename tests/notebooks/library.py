"""What the library has under the contracts of the graded notebooks: an independent solution of each unit.

The library's functions serve more purposes, so some need an adapter; what a learner alone writes is left out.
"""

import warnings

from pretraining import targets, tokens
from pretraining.text import dedup, mix


def exact_duplicates(documents):
    copies = dedup.ExactCopies()
    return [i for i, text in enumerate(documents) if copies.find_or_add(str(i), dedup.normalize(text))]


def shingles(text, n=5):
    return set(dedup.word_shingles(dedup.normalize(text), n))


def jaccard(a, b):
    """The library compares texts: make one of each set, a word for each element."""
    return dedup.jaccard(" ".join(sorted(a)), " ".join(sorted(b)), n=1)


def mixture(domain_tokens, weights, budget):
    return {domain: share.tokens for domain, share in mix.mixture(domain_tokens, weights, budget).shares.items()}


def train_bpe(text, vocab_size):
    """The library warns of a text too short for the vocabulary; learners are promised a shorter list."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tokens.train_bpe([text], vocab_size, special_tokens=[]).merges


LIBRARY = {
    "1-data": {
        "normalize": dedup.normalize,
        "exact_duplicates": exact_duplicates,
        "shingles": shingles,
        "jaccard": jaccard,
        "mixture": mixture,
    },
    "2-tokens": {
        "merge_pair": lambda ids, pair, new_id: tuple(tokens.merge_pair(ids, pair, new_id)),
        "train_bpe": train_bpe,
        "encode": lambda text, merges: tokens.Tokenizer(merges).encode(text),
        "decode": lambda ids, merges: tokens.Tokenizer(merges).decode(ids),
        "to_tiktoken": lambda merges: tokens.Tokenizer(merges).tiktoken,
    },
    "3-targets": vars(targets),
}
