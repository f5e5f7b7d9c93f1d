"""Plausible wrong answers to unit 3, each with its mistake named; the notebook's tests must catch them all."""

import math

import torch


def need(condition):
    if not condition:
        raise ValueError("does not fit")


def table(context, first=1, last=0, check=True):
    """A target table built by `context(tokens, i, block_size)`."""

    def target_table(tokens, block_size):
        if check:
            need(len(tokens) >= 2 and block_size >= 1)
        return [(context(tokens, i, block_size), tokens[i]) for i in range(first, len(tokens) - last)]

    return target_table


def right_context(tokens, i, block_size):
    return tuple(tokens[max(0, i - block_size) : i])


def values_instead_of_positions(tokens, block_size):
    need(len(tokens) >= 2 and block_size >= 1)
    return [(right_context(tokens, tokens.index(t), block_size), t) for t in tokens[1:]]


def rows_once(tokens, block_size):
    need(len(tokens) >= 2 and block_size >= 1)
    return list(dict.fromkeys(table(right_context)(tokens, block_size)))


def needs_a_full_block(tokens, block_size):
    need(1 <= block_size < len(tokens) - 1)
    return table(right_context)(tokens, block_size)


def needs_three_tokens(tokens, block_size):
    need(len(tokens) >= 3 and block_size >= 1)
    return table(right_context)(tokens, block_size)


def refuses_only(test):
    def target_table(tokens, block_size):
        need(not test(tokens, block_size))
        return table(right_context, check=False)(tokens, block_size)

    return target_table


TARGET_TABLE = {
    "context one too early": table(lambda t, i, b: tuple(t[max(0, i - b - 1) : i - 1])),
    "target leaks into the context": table(lambda t, i, b: tuple(t[max(0, i - b) : i + 1])),
    "the first block instead of the last": table(lambda t, i, b: tuple(t[: min(i, b)])),
    "context one too short": table(lambda t, i, b: tuple(t[max(0, i - b + 1) : i])),
    "context one too long": table(lambda t, i, b: tuple(t[max(0, i - b - 1) : i])),
    "block size ignored": table(lambda t, i, b: tuple(t[:i])),
    "last target missing": table(right_context, last=1),
    "first token as a target": table(right_context, first=0),
    "context backwards": table(lambda t, i, b: right_context(t, i, b)[::-1]),
    "contexts as lists": table(lambda t, i, b: list(right_context(t, i, b))),
    "looks values up instead of positions": values_instead_of_positions,
    "equal rows only once": rows_once,
    "refuses a long block": needs_a_full_block,
    "refuses two tokens": needs_three_tokens,
    "checks nothing": table(right_context, check=False),
    "checks the block size only": refuses_only(lambda t, b: b < 1),
    "checks the length only": refuses_only(lambda t, b: len(t) < 2),
    "refuses an empty text only": refuses_only(lambda t, b: not t or b < 1),
    "refuses block size zero only": refuses_only(lambda t, b: b == 0 or len(t) < 2),
}


def cut(count, shift=1, stride=None, reshape=None, check=lambda n, b: n >= 2 and 1 <= b <= n - 1):
    """Windows with `count(n, block_size)` rows."""

    def windows(tokens, block_size):
        need(check(len(tokens), block_size))
        k, step = count(len(tokens), block_size), stride(block_size) if stride else block_size
        inputs = torch.stack([tokens[i * step : i * step + block_size] for i in range(k)])
        targets = torch.stack([tokens[i * step + shift : i * step + shift + block_size] for i in range(k)])
        return (reshape(inputs), reshape(targets)) if reshape else (inputs, targets)

    return windows


def fitting(n, b):
    return (n - 1) // b


def shifts_inside_the_window(tokens, block_size):
    need(len(tokens) >= 2 and 1 <= block_size <= len(tokens) - 1)
    k = len(tokens) // (block_size + 1)
    rows = tokens[: k * (block_size + 1)].reshape(k, block_size + 1)
    return rows[:, :-1], rows[:, 1:]


WINDOWS = {
    "a window without its last target": cut(lambda n, b: n // b),
    "one window too few": cut(lambda n, b: max(1, (n - 2) // b)),
    "last window dropped": cut(lambda n, b: max(1, fitting(n, b) - 1)),
    "targets are the inputs": cut(fitting, shift=0),
    "targets two later": cut(lambda n, b: (n - 2) // b, shift=2),
    "overlapping windows": cut(lambda n, b: n - b, stride=lambda b: 1),
    "each window eats one token more": shifts_inside_the_window,
    "transposed": cut(fitting, reshape=lambda x: x.T),
    "flat": cut(fitting, reshape=lambda x: x.flatten()),
    "refuses a block of n - 1": cut(fitting, check=lambda n, b: n >= 2 and 1 <= b < n - 1),
    "refuses a block of one": cut(fitting, check=lambda n, b: n >= 2 and 1 < b <= n - 1),
    "checks nothing": cut(fitting, check=lambda n, b: True),
    "allows a block of n": cut(lambda n, b: max(1, fitting(n, b)), check=lambda n, b: n >= 2 and 1 <= b <= n),
    "short text gives empty windows": lambda tokens, block_size: (
        (tokens[:0].reshape(0, 1), tokens[:0].reshape(0, 1)) if len(tokens) < 2 else cut(fitting)(tokens, block_size)
    ),
    "block size below one gives empty windows": lambda tokens, block_size: (
        (tokens[:0], tokens[:0]) if block_size < 1 else cut(fitting)(tokens, block_size)
    ),
}


def batch(starts, check=lambda n, b: n >= 2 and 1 <= b <= n - 1, shift=1, read=lambda t, p: t[p]):
    """A batch whose starts come from `starts(n, block_size, batch_size, generator)`."""

    def sample_batch(tokens, block_size, batch_size, generator):
        need(check(len(tokens), block_size))
        positions = starts(len(tokens), block_size, batch_size, generator)[:, None] + torch.arange(max(0, block_size))
        return read(tokens, positions), read(tokens, positions + shift)

    return sample_batch


def uniform(n, b, size, generator):
    return torch.randint(max(1, n - b), (size,), generator=generator)


def fixed_seed(n, b, size, generator):
    return uniform(n, b, size, torch.Generator().manual_seed(0))


def separate_targets(tokens, block_size, batch_size, generator):
    right = batch(uniform)
    return right(tokens, block_size, batch_size, generator)[0], right(tokens, block_size, batch_size, generator)[1]


def transposed_batch(tokens, block_size, batch_size, generator):
    inputs, targets = batch(uniform)(tokens, block_size, batch_size, generator)
    return inputs.T, targets.T


SAMPLE_BATCH = {
    "last start never drawn": batch(lambda n, b, s, g: torch.randint(max(1, n - b - 1), (s,), generator=g)),
    "start without a last target": batch(lambda n, b, s, g: torch.randint(n - b + 1, (s,), generator=g)),
    "first start never drawn": batch(lambda n, b, s, g: torch.randint(min(1, n - b - 1), n - b, (s,), generator=g)),
    "starts at multiples of the block": batch(lambda n, b, s, g: torch.randint((n - 1) // b, (s,), generator=g) * b),
    "starts squeezed to fit": batch(lambda n, b, s, g: torch.randint(n, (s,), generator=g).clamp(max=n - b - 1)),
    "global randomness": batch(lambda n, b, s, g: torch.randint(n - b, (s,))),
    "a seed of its own": batch(fixed_seed),
    "one start for all rows": batch(lambda n, b, s, g: uniform(n, b, 1, g).expand(s)),
    "rows that follow each other": batch(lambda n, b, s, g: (uniform(n, b, 1, g) + torch.arange(s)) % (n - b)),
    "starts without repetition": batch(lambda n, b, s, g: torch.randperm(n - b, generator=g)[:s]),
    "positions instead of tokens": batch(uniform, read=lambda t, p: p),
    "targets are the inputs": batch(uniform, shift=0),
    "targets drawn separately": separate_targets,
    "transposed": transposed_batch,
    "checks nothing": batch(uniform, check=lambda n, b: True),
    "refuses a block of n - 1": batch(uniform, check=lambda n, b: n >= 2 and 1 <= b < n - 1),
    "checks the upper end only": batch(uniform, check=lambda n, b: b <= n - 1),
}


def log_softmax_naive(logits, dim=1):
    p = logits.exp() / logits.exp().sum(dim=dim, keepdim=True)
    return p.log()


def picked(log_p, targets):
    return log_p[torch.arange(len(targets)), targets]


def shifted_by(shift):
    def cross_entropy(logits, targets):
        moved = logits - shift(logits)
        return (moved.exp().sum(1).log() - picked(moved, targets)).mean()

    return cross_entropy


def stable(logits):
    return logits.log_softmax(1)


CROSS_ENTROPY = {
    "unstable softmax": lambda x, t: -picked(log_softmax_naive(x), t).mean(),
    "softmax on the wrong axis": lambda x, t: -picked(x.log_softmax(0), t).mean(),
    "bits instead of nats": lambda x, t: -picked(stable(x), t).mean() / math.log(2),
    "sum instead of mean": lambda x, t: -picked(stable(x), t).sum(),
    "mean over the vocabulary too": lambda x, t: -picked(stable(x), t).sum() / x.numel(),
    "sign forgotten": lambda x, t: picked(stable(x), t).mean(),
    "probability instead of its logarithm": lambda x, t: 1 - picked(stable(x), t).exp().mean(),
    "logit without the normaliser": lambda x, t: (x.max(1).values - picked(x, t)).mean(),
    "the likeliest token instead of the target": lambda x, t: -stable(x).max(1).values.mean(),
    "first target for all rows": lambda x, t: -stable(x)[:, t[0]].mean(),
    "first row only": lambda x, t: -stable(x)[0, t[0]],
    "a small number added before the logarithm": lambda x, t: -(picked(stable(x), t).exp() + 1e-9).log().mean(),
    "probabilities clamped": lambda x, t: -picked(stable(x), t).exp().clamp(min=1e-7).log().mean(),
    "logits clamped": lambda x, t: -picked(stable(x.clamp(-80, 80)), t).mean(),
    "one maximum for the whole batch": shifted_by(lambda x: x.max()),
    "shifted by the mean": shifted_by(lambda x: x.mean(1, keepdim=True)),
    "shifted by the largest size": shifted_by(lambda x: x.abs().max(1, keepdim=True).values),
    "shifted by the minimum": shifted_by(lambda x: x.min(1, keepdim=True).values),
}


def bigrams(count=1, smooth=None, normalise=None, check=lambda n, s: n >= 2 and s > 0, after=None):
    """A table with one thing done differently."""

    def bigram_probabilities(tokens, vocab_size, smoothing=1.0):
        need(check(len(tokens), smoothing))
        counts = torch.zeros(vocab_size, vocab_size)
        for i in range(0, len(tokens) - 1, count):
            counts[tokens[i], tokens[i + 1]] += 1
        smoothed = smooth(counts, smoothing) if smooth else counts + smoothing
        table = normalise(smoothed, tokens, smoothing) if normalise else smoothed / smoothed.sum(1, keepdim=True)
        return after(table) if after else table

    return bigram_probabilities


def divided_by_occurrences(smoothed, tokens, smoothing):
    total = torch.tensor([tokens.count(i) for i in range(len(smoothed))]) + smoothing * len(smoothed)
    return smoothed / total[:, None]


BIGRAMS = {
    "transposed": bigrams(after=lambda table: table.T),
    "columns sum to one": bigrams(normalise=lambda x, t, s: x / x.sum(0, keepdim=True)),
    "everything sums to one": bigrams(normalise=lambda x, t, s: x / x.sum()),
    "smoothing left out": bigrams(smooth=lambda x, s: x),
    "smoothing for unseen pairs only": bigrams(smooth=lambda x, s: x.where(x > 0, s)),
    "smoothing for seen pairs only": bigrams(smooth=lambda x, s: x + s * (x > 0)),
    "smoothing for seen tokens only": bigrams(smooth=lambda x, s: x + s * (x.sum(1, keepdim=True) > 0)),
    "smoothing always one": bigrams(smooth=lambda x, s: x + 1),
    "row total without the smoothing": bigrams(normalise=lambda x, t, s: x / (x.sum(1, keepdim=True) - s * len(x))),
    "row total with one smoothing": bigrams(normalise=lambda x, t, s: x / (x.sum(1, keepdim=True) - s * (len(x) - 1))),
    "divided by how often the token occurs": bigrams(normalise=divided_by_occurrences),
    "every other pair": bigrams(count=2),
    "pairs counted once": bigrams(smooth=lambda x, s: (x > 0) + s),
    "logarithms": bigrams(after=lambda table: table.log()),
    "checks nothing": bigrams(check=lambda n, s: True),
    "allows a negative smoothing": bigrams(check=lambda n, s: n >= 2 and s != 0),
    "allows no smoothing": bigrams(check=lambda n, s: n >= 2 and s >= 0),
    "allows one token": bigrams(check=lambda n, s: n >= 1 and s > 0),
    "allows an empty text": bigrams(check=lambda n, s: n != 1 and s > 0),
}

PERPLEXITY = {
    "base two": lambda loss: 2.0**loss,
    "sign": lambda loss: math.exp(-loss),
    "the loss itself": lambda loss: float(loss),
    "rounded": lambda loss: float(round(math.exp(loss))),
    "a tensor": lambda loss: torch.tensor(loss).exp(),
}
BITS_PER_BYTE = {
    "nats instead of bits": lambda loss, n_tokens, n_bytes: loss * n_tokens / n_bytes,
    "multiplied by ln 2": lambda loss, n_tokens, n_bytes: loss * n_tokens * math.log(2) / n_bytes,
    "tokens and bytes swapped": lambda loss, n_tokens, n_bytes: loss * n_bytes / n_tokens / math.log(2),
    "bits per token": lambda loss, n_tokens, n_bytes: loss / math.log(2),
    "tokens forgotten": lambda loss, n_tokens, n_bytes: loss / n_bytes / math.log(2),
}


def named(function, answers):
    """`(function, mistake, answer)` for each; keyword names are those of the contract."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


WRONG = [
    *named("target_table", TARGET_TABLE),
    *named("windows", WINDOWS),
    *named("sample_batch", SAMPLE_BATCH),
    *named("cross_entropy", CROSS_ENTROPY),
    *named("bigram_probabilities", BIGRAMS),
    *named("perplexity", PERPLEXITY),
    *named("bits_per_byte", BITS_PER_BYTE),
]
