"""The same short exercise solved honestly by four people, and one of them copied and disguised.

All four are right, and the task allows few ways: the hardest case for a search for copies.
"""

GIVEN = '''import math
import torch

def target_table(tokens, block_size):
    """Every (context, target) pair in `tokens`."""
    raise NotImplementedError

def windows(tokens, block_size):
    raise NotImplementedError

def cross_entropy(logits, targets):
    raise NotImplementedError

def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
    raise NotImplementedError
'''

ADA = '''
def target_table(tokens, block_size):
    """Every (context, target) pair in `tokens`."""
    if len(tokens) < 2:
        raise ValueError("need two tokens or more")
    if block_size < 1:
        raise ValueError("block size too small")
    return [(tuple(tokens[max(0, i - block_size):i]), tokens[i]) for i in range(1, len(tokens))]

def windows(tokens, block_size):
    n = len(tokens)
    if n < 2 or block_size < 1 or block_size > n - 1:
        raise ValueError("block size does not fit")
    used = (n - 1) // block_size * block_size
    return tokens[:used].reshape(-1, block_size), tokens[1:used + 1].reshape(-1, block_size)

def cross_entropy(logits, targets):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    normalizer = shifted.exp().sum(dim=1).log()
    return (normalizer - shifted[torch.arange(len(targets)), targets]).mean()

def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
    if smoothing <= 0 or len(tokens) < 2:
        raise ValueError("smoothing and tokens must be enough")
    counts = torch.full((vocab_size, vocab_size), float(smoothing))
    for left, right in zip(tokens, tokens[1:]):
        counts[left, right] += 1
    return counts / counts.sum(dim=1, keepdim=True)
'''

BOB = '''
def target_table(tokens, block_size):
    """Every (context, target) pair in `tokens`."""
    if block_size < 1:
        raise ValueError(f"block_size is {block_size}, must be positive")
    if len(tokens) < 2:
        raise ValueError(f"only {len(tokens)} tokens")
    rows = []
    for position in range(1, len(tokens)):
        start = max(0, position - block_size)
        rows.append((tuple(tokens[start:position]), tokens[position]))
    return rows

def windows(tokens, block_size):
    if len(tokens) < 2:
        raise ValueError("too short")
    if block_size < 1 or block_size >= len(tokens):
        raise ValueError("wrong block size")
    count = (len(tokens) - 1) // block_size
    inputs = tokens[: count * block_size].view(count, block_size)
    targets = tokens[1 : count * block_size + 1].view(count, block_size)
    return inputs, targets

def cross_entropy(logits, targets):
    logs = torch.log_softmax(logits, dim=-1)
    picked = logs[torch.arange(logits.shape[0]), targets]
    return -picked.mean()

def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
    if len(tokens) < 2:
        raise ValueError("no pairs")
    if smoothing <= 0:
        raise ValueError("smoothing must be positive")
    table = torch.zeros(vocab_size, vocab_size) + smoothing
    for i in range(len(tokens) - 1):
        table[tokens[i], tokens[i + 1]] += 1
    return table / table.sum(1, keepdim=True)
'''

EVE = '''
def check(tokens, smallest=2):
    if len(tokens) < smallest:
        raise ValueError("text too short: " + str(len(tokens)))

def target_table(tokens, block_size):
    """Every (context, target) pair in `tokens`."""
    check(tokens)
    if not block_size >= 1:
        raise ValueError("a context has at least one token")
    table = []
    context = ()
    for token in tokens:
        if context:
            table.append((context, token))
        context = (context + (token,))[-block_size:]
    return table

def windows(tokens, block_size):
    check(tokens, max(2, block_size + 1))
    if block_size < 1:
        raise ValueError("a window has at least one token")
    starts = range(0, len(tokens) - block_size, block_size)
    inputs = torch.stack([tokens[s : s + block_size] for s in starts])
    targets = torch.stack([tokens[s + 1 : s + 1 + block_size] for s in starts])
    return inputs, targets

def cross_entropy(logits, targets):
    total = 0.0
    for row, target in zip(logits, targets):
        total = total + torch.logsumexp(row, 0) - row[target]
    return total / len(targets)

def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
    check(tokens)
    if smoothing <= 0.0:
        raise ValueError("smoothing has to be above zero")
    pairs = torch.as_tensor(tokens[:-1]) * vocab_size + torch.as_tensor(tokens[1:])
    counts = torch.bincount(pairs, minlength=vocab_size ** 2).reshape(vocab_size, vocab_size)
    smoothed = counts.float() + smoothing
    return smoothed / smoothed.sum(dim=1).unsqueeze(1)
'''

DAN = '''
def target_table(tokens, block_size):
    """Every (context, target) pair in `tokens`."""
    if len(tokens) < 2 or block_size < 1:
        raise ValueError(f"got {len(tokens)} tokens and block size {block_size}")
    return [(tuple(tokens[max(0, k - block_size):k]), tokens[k]) for k in range(1, len(tokens))]

def windows(tokens, block_size):
    if len(tokens) < 2:
        raise ValueError("at least two tokens please")
    if not 1 <= block_size < len(tokens):
        raise ValueError("block size must be between 1 and the length minus 1")
    rows = (len(tokens) - 1) // block_size
    x = tokens[:rows * block_size]
    y = tokens[1:rows * block_size + 1]
    return x.reshape(rows, block_size), y.reshape(rows, block_size)

def cross_entropy(logits, targets):
    biggest = logits.max(dim=1, keepdim=True).values
    log_z = (logits - biggest).exp().sum(dim=1).log() + biggest.squeeze(1)
    correct = logits.gather(1, targets.unsqueeze(1)).squeeze(1)
    return (log_z - correct).mean()

def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
    if len(tokens) < 2:
        raise ValueError("at least two tokens please")
    if not smoothing > 0:
        raise ValueError("smoothing must be more than 0")
    counts = torch.full((vocab_size, vocab_size), float(smoothing))
    for a, b in zip(tokens, tokens[1:]):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)
'''

HONEST = {"ada": ADA, "bob": BOB, "eve": EVE, "dan": DAN}

DISGUISED = '''
# My solution, written on Sunday
def target_table(tokens, block_size):
    """I list all pairs here."""
    # first look at the input
    if len(tokens) < 2:
        raise ValueError("need two tokens or more")
    if block_size < 1:
        raise ValueError("block size too small")
    return [
        (tuple(tokens[max(0, position - block_size) : position]), tokens[position])
        for position in range(1, len(tokens))
    ]

def windows(tokens, block_size):
    length = len(tokens)
    if length < 2 or block_size < 1 or block_size > length - 1:
        raise ValueError("block size does not fit")
    kept = (length - 1) // block_size * block_size
    first, second = tokens[:kept], tokens[1:kept + 1]
    return first.reshape(-1, block_size), second.reshape(-1, block_size)

def cross_entropy(logits, targets):
    centred = logits - logits.max(dim=1, keepdim=True).values
    log_sum = centred.exp().sum(dim=1).log()
    return (log_sum - centred[torch.arange(len(targets)), targets]).mean()

def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
    if smoothing <= 0 or len(tokens) < 2:
        raise ValueError("smoothing and tokens must be enough")
    matrix = torch.full((vocab_size, vocab_size), float(smoothing))
    for one, two in zip(tokens, tokens[1:]):
        matrix[one, two] += 1
    return matrix / matrix.sum(dim=1, keepdim=True)
'''
