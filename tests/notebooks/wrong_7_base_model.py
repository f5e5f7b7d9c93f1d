"""Plausible wrong answers to unit 7, each with its mistake named; the notebook's tests must catch them all."""

import itertools
import math
import random

import torch
import torch.nn.functional as F

from pretraining.training.quick import quick_text, quick_train

OFF = -math.inf


def need(condition):
    if not condition:
        raise ValueError("does not fit")


def named(function, answers):
    """`(function, mistake, answer)` for each."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


# --- temperature -------------------------------------------------------------------------------------------------


def greedy(logits):
    return F.one_hot(logits.argmax(), len(logits)).to(logits.dtype)


def heat(
    warm=lambda logits, t: torch.softmax(logits / t, -1),
    cold=greedy,
    is_cold=lambda t: t == 0,
    check=lambda t: t >= 0,
    put=lambda probabilities: probabilities,
):
    """Probabilities at a temperature, with one thing done differently."""

    def temperature_probabilities(logits, temperature):
        need(check(temperature))
        return put(cold(logits) if is_cold(temperature) else warm(logits, temperature))

    return temperature_probabilities


def by_hand(logits, t):
    exps = (logits / t).exp()
    return exps / exps.sum()


def one_hot_at(find):
    return lambda logits: F.one_hot(torch.as_tensor(find(logits)), len(logits)).to(logits.dtype)


TEMPERATURE = {
    "multiplied": heat(lambda logits, t: torch.softmax(logits * t, -1)),
    "subtracted": heat(lambda logits, t: torch.softmax(logits - t, -1)),
    "ignored": heat(lambda logits, t: torch.softmax(logits, -1)),
    "squared": heat(lambda logits, t: torch.softmax(logits / t**2, -1)),
    "root": heat(lambda logits, t: torch.softmax(logits / t**0.5, -1)),
    "1 + temperature": heat(lambda logits, t: torch.softmax(logits / (1 + t), -1)),
    "at least 1": heat(lambda logits, t: torch.softmax(logits / max(t, 1.0), -1)),
    "at most 1": heat(lambda logits, t: torch.softmax(logits / min(t, 1.0), -1)),
    "at most 5": heat(lambda logits, t: torch.softmax(logits / min(t, 5.0), -1)),
    "after the softmax": heat(lambda logits, t: torch.softmax(logits, -1) / t),
    "after the softmax, added up to 1 again": heat(
        lambda logits, t: (torch.softmax(logits, -1) / t) / (torch.softmax(logits, -1) / t).sum()
    ),
    "probabilities to the power of the temperature": heat(
        lambda logits, t: torch.softmax(logits, -1) ** t / (torch.softmax(logits, -1) ** t).sum()
    ),
    "not added up to 1": heat(lambda logits, t: torch.softmax(logits, -1) ** (1 / t)),
    "no softmax": heat(lambda logits, t: logits / t),
    "logarithms of the probabilities": heat(lambda logits, t: torch.log_softmax(logits / t, -1)),
    "softmax twice": heat(lambda logits, t: torch.softmax(torch.softmax(logits / t, -1), -1)),
    "by powers of 2": heat(
        lambda logits, t: 2 ** ((logits - logits.max()) / t) / (2 ** ((logits - logits.max()) / t)).sum()
    ),
    "exp overflows": heat(by_hand),
    "exp overflows after the largest is taken away too late": heat(
        lambda logits, t: (
            (logits / t).exp() / (logits / t).max().exp() / ((logits / t) - (logits / t).max()).exp().sum()
        )
    ),
    "tiny probabilities cut to 1e-3": heat(lambda logits, t: torch.softmax(logits / t, -1).clamp(min=1e-3)),
    "shared by length": heat(lambda logits, t: (logits / t).abs() / (logits / t).abs().sum()),
    "-inf becomes 0": heat(lambda logits, t: torch.softmax(logits.nan_to_num(neginf=0.0) / t, -1)),
    "-inf becomes -10": heat(lambda logits, t: torch.softmax(logits.clamp(min=-10) / t, -1)),
    "float32 always": heat(put=lambda p: p.float()),
    "float64 always": heat(put=lambda p: p.double()),
    "float64 computed in float32": heat(lambda logits, t: torch.softmax(logits.float() / t, -1).to(logits.dtype)),
    "a list": heat(put=lambda p: p.tolist()),
    "rounded": heat(put=lambda p: (p * 100).round() / 100),
    "one row of a matrix": heat(put=lambda p: p[None]),
    "greedy below 0.6": heat(is_cold=lambda t: t < 0.6),
    "greedy below 0.8": heat(is_cold=lambda t: t < 0.8),
    "0 divides by 0": heat(is_cold=lambda t: False),
    "0 as 1": heat(lambda logits, t: torch.softmax(logits / (t or 1), -1), is_cold=lambda t: False),
    "0 as a small temperature": heat(
        lambda logits, t: torch.softmax(logits.double() / max(t, 1e-6), -1).to(logits.dtype), is_cold=lambda t: False
    ),
    "0 gives equal chances": heat(cold=lambda logits: torch.full_like(logits, 1 / len(logits))),
    "0 gives whole numbers": heat(cold=lambda logits: F.one_hot(logits.argmax(), len(logits))),
    "0 gives the id": heat(cold=lambda logits: logits.argmax()),
    "0 gives the smallest": heat(cold=one_hot_at(lambda logits: logits.argmin())),
    "0 gives the last of equal ones": heat(cold=one_hot_at(lambda logits: len(logits) - 1 - logits.flip(0).argmax())),
    "0 shares among equal ones": heat(
        cold=lambda logits: (logits == logits.max()).to(logits.dtype) / (logits == logits.max()).sum()
    ),
    "0 gives 1 to all equal ones": heat(cold=lambda logits: (logits == logits.max()).to(logits.dtype)),
    "0 gives the largest by absolute value": heat(
        cold=one_hot_at(lambda logits: logits.nan_to_num(neginf=0.0).abs().argmax())
    ),
    "0 gives float64": heat(cold=lambda logits: greedy(logits).double()),
    "0 keeps the logit": heat(cold=lambda logits: greedy(logits) * logits.nan_to_num(neginf=0.0)),
    "checks nothing": heat(check=lambda t: True, is_cold=lambda t: t <= 0),
    "negative ones turned": heat(check=lambda t: True, warm=lambda logits, t: torch.softmax(logits / abs(t), -1)),
    "refuses 0": heat(check=lambda t: t > 0),
    "refuses above 1": heat(check=lambda t: 0 <= t <= 1),
    "refuses above 2.3": heat(check=lambda t: 0 <= t <= 2.3),
    "allows a little below 0": heat(check=lambda t: t > -0.01, is_cold=lambda t: t <= 0),
    "refuses a little below 0 only": heat(check=lambda t: t >= 0 or t < -0.5, is_cold=lambda t: t <= 0),
}

# --- filters -----------------------------------------------------------------------------------------------------


def smallest_of(logits, k):
    return logits.sort(descending=True).values[min(k, len(logits)) - 1]


def top_k(
    keep=lambda logits, k: logits >= smallest_of(logits, k),
    check=lambda k, n: k >= 1,
    put=lambda logits, stays: torch.where(stays, logits, OFF),
):
    """A top-k filter with one thing done differently."""

    def top_k_filter(logits, k):
        need(check(k, len(logits)))
        return put(logits, keep(logits, k))

    return top_k_filter


def exactly(logits, k):
    stays = torch.zeros_like(logits, dtype=torch.bool)
    stays[logits.sort(descending=True, stable=True).indices[:k]] = True
    return stays


def in_place(keep):
    def cut(logits, limit):
        logits[~keep(logits, limit)] = OFF
        return logits

    return cut


TOP_K = {
    "k only, ties or not": top_k(exactly),
    "above the k-th only": top_k(lambda logits, k: logits > smallest_of(logits, k)),
    "above the next one only": top_k(
        lambda logits, k: torch.ones_like(logits).bool() if k >= len(logits) else logits > smallest_of(logits, k + 1)
    ),
    "one more": top_k(lambda logits, k: logits >= smallest_of(logits, k + 1)),
    "one fewer": top_k(lambda logits, k: logits >= smallest_of(logits, max(1, k - 1))),
    "k different values": top_k(lambda logits, k: logits >= logits.unique().flip(0)[min(k, len(logits.unique())) - 1]),
    "the smallest": top_k(lambda logits, k: logits <= logits.sort().values[min(k, len(logits)) - 1]),
    "the first k": top_k(lambda logits, k: torch.arange(len(logits)) < k),
    "the largest by absolute value": top_k(lambda logits, k: logits.abs() >= smallest_of(logits.abs(), k)),
    "positive ones only": top_k(lambda logits, k: (logits >= smallest_of(logits, k)) & (logits > 0)),
    "not negative ones only": top_k(lambda logits, k: (logits >= smallest_of(logits, k)) & (logits >= 0)),
    "the largest left out": top_k(lambda logits, k: (logits >= smallest_of(logits, k)) & (logits < logits.max())),
    "all of them": top_k(lambda logits, k: torch.ones_like(logits).bool()),
    "the largest only": top_k(lambda logits, k: logits == logits.max()),
    "0 for the others": top_k(put=lambda logits, stays: torch.where(stays, logits, 0.0)),
    "-1e9 for the others": top_k(put=lambda logits, stays: torch.where(stays, logits, -1e9)),
    "nan for the others": top_k(put=lambda logits, stays: torch.where(stays, logits, math.nan)),
    "only those that stay": top_k(put=lambda logits, stays: logits[stays]),
    "probabilities": top_k(put=lambda logits, stays: torch.where(stays, logits, OFF).softmax(-1)),
    "the mask": top_k(put=lambda logits, stays: stays),
    "logits moved": top_k(put=lambda logits, stays: torch.where(stays, logits - logits.max(), OFF)),
    "sorted": top_k(put=lambda logits, stays: torch.where(stays, logits, OFF).sort(descending=True).values),
    "float32": top_k(put=lambda logits, stays: torch.where(stays, logits, OFF).float()),
    "a list": top_k(put=lambda logits, stays: torch.where(stays, logits, OFF).tolist()),
    "in place": in_place(lambda logits, k: need(k >= 1) or logits >= smallest_of(logits, k)),
    "nothing returned": top_k(put=lambda logits, stays: None),
    "k above the vocabulary fails": lambda logits, k: (
        need(k >= 1) or logits.masked_fill(logits < logits.topk(k).values[-1], OFF)
    ),
    "k above the vocabulary refused": top_k(check=lambda k, n: 1 <= k <= n),
    "k above the vocabulary keeps one": top_k(
        lambda logits, k: logits >= (smallest_of(logits, k) if k <= len(logits) else logits.max())
    ),
    "checks nothing": top_k(check=lambda k, n: True),
    "allows 0": top_k(check=lambda k, n: k >= 0),
    "refuses 0 only": top_k(check=lambda k, n: k != 0),
    "refuses 1": top_k(check=lambda k, n: k > 1),
    "0 is no limit": top_k(
        lambda logits, k: logits >= smallest_of(logits, k or len(logits)), check=lambda k, n: k >= 0
    ),
}


def reach(logits, p, passed=lambda before, own, p: before < p, stable=True, first=True):
    """Which tokens stay: those before which less than p is reached."""
    probabilities, order = torch.softmax(logits.double(), -1).sort(descending=True, stable=stable)
    before = probabilities.cumsum(-1) - probabilities
    stays = torch.zeros(len(logits), dtype=torch.bool)
    stays[order] = passed(before, probabilities, p)
    if first:
        stays[order[0]] = True
    return stays


def top_p(
    keep=reach,
    check=lambda p: 0 < p <= 1,
    put=lambda logits, stays: torch.where(stays, logits, OFF),
):
    """A top-p filter with one thing done differently."""

    def top_p_filter(logits, p):
        need(check(p))
        return put(logits, keep(logits, min(p, 1)))

    return top_p_filter


def from_the_least(logits, p):
    """Starts with the least likely ones."""
    probabilities, order = torch.softmax(logits.double(), -1).sort(stable=True)
    stays = torch.zeros(len(logits), dtype=torch.bool)
    stays[order] = (probabilities.cumsum(-1) - probabilities) < p
    return stays


def in_the_order_of_ids(logits, p):
    probabilities = torch.softmax(logits.double(), -1)
    return (probabilities.cumsum(-1) - probabilities) < p


def not_put_back(logits, p):
    """The places in the sorted list taken for ids."""
    probabilities = torch.softmax(logits.double(), -1).sort(descending=True).values
    return (probabilities.cumsum(-1) - probabilities) < p


def higher_id_first(logits, p):
    return reach(logits.flip(0), p).flip(0)


def with_ties(logits, p):
    """Keeps all that tie with the last one kept."""
    return logits >= logits[reach(logits, p)].min()


def without_softmax(logits, p):
    values, order = logits.sort(descending=True, stable=True)
    stays = torch.zeros(len(logits), dtype=torch.bool)
    stays[order] = (values.cumsum(-1) - values) < p
    return stays


def scores_by_exp(logits, p):
    return reach(logits, p, lambda before, own, p: before * logits.double().exp().sum() < p)


TOP_P = {
    "cut one too early": top_p(lambda logits, p: reach(logits, p, lambda before, own, p: before + own <= p)),
    "cut one too early, without the first": top_p(
        lambda logits, p: reach(logits, p, lambda before, own, p: before + own <= p, first=False)
    ),
    "one too many": top_p(lambda logits, p: reach(logits, p).logical_or(next_one(logits, p))),
    "all with a probability above p": top_p(lambda logits, p: reach(logits, p, lambda before, own, p: own > p)),
    "all with a probability above 1 - p": top_p(lambda logits, p: reach(logits, p, lambda before, own, p: own > 1 - p)),
    "all within a share p of the likeliest": top_p(
        lambda logits, p: reach(logits, p, lambda before, own, p: own >= p * own.max())
    ),
    "p of the tokens": top_p(lambda logits, p: exactly(logits, math.ceil(p * len(logits)))),
    "until 1 - p is reached": top_p(lambda logits, p: reach(logits, 1 - p)),
    "the tail that has p": top_p(lambda logits, p: ~reach(logits, p)),
    "from the least likely": top_p(from_the_least),
    "in the order of the ids": top_p(in_the_order_of_ids),
    "places taken for ids": top_p(not_put_back),
    "no softmax": top_p(without_softmax),
    "exp instead of softmax": top_p(scores_by_exp),
    "softmax of probabilities": top_p(lambda logits, p: reach(torch.softmax(logits, -1), p)),
    "softmax at temperature 2": top_p(lambda logits, p: reach(logits / 2, p)),
    "always 0.9": top_p(lambda logits, p: reach(logits, 0.9)),
    "at least 0.3": top_p(lambda logits, p: reach(logits, max(p, 0.3))),
    "at most 0.95": top_p(lambda logits, p: reach(logits, min(p, 0.95))),
    "the likeliest only": top_p(lambda logits, p: logits == logits.max()),
    "the likeliest left out": top_p(lambda logits, p: reach(logits, p) & (logits < logits.max())),
    "all of them": top_p(lambda logits, p: torch.ones_like(logits).bool()),
    "at least two": top_p(lambda logits, p: reach(logits, p) | exactly(logits, 2)),
    "ties by the higher id": top_p(higher_id_first),
    "ties all stay": top_p(with_ties),
    "0 for the others": top_p(put=lambda logits, stays: torch.where(stays, logits, 0.0)),
    "-100 for the others": top_p(put=lambda logits, stays: torch.where(stays, logits, -100.0)),
    "only those that stay": top_p(put=lambda logits, stays: logits[stays]),
    "probabilities": top_p(put=lambda logits, stays: torch.where(stays, logits, OFF).softmax(-1)),
    "probabilities as they were": top_p(put=lambda logits, stays: torch.where(stays, logits.softmax(-1), 0.0)),
    "logarithms of the probabilities": top_p(put=lambda logits, stays: torch.where(stays, logits.log_softmax(-1), OFF)),
    "logits that add up to 1 again": top_p(put=lambda logits, stays: torch.where(stays, logits, OFF).log_softmax(-1)),
    "sorted": top_p(put=lambda logits, stays: torch.where(stays, logits, OFF).sort(descending=True).values),
    "float32": top_p(put=lambda logits, stays: torch.where(stays, logits, OFF).float()),
    "the ids": top_p(put=lambda logits, stays: stays.nonzero()[:, 0]),
    "in place": in_place(lambda logits, p: need(0 < p <= 1) or reach(logits, p)),
    "checks nothing": top_p(check=lambda p: True),
    "allows 0": top_p(check=lambda p: 0 <= p <= 1),
    "allows below 0": top_p(check=lambda p: p != 0 and p <= 1),
    "allows above 1": top_p(check=lambda p: p > 0),
    "allows a little above 1": top_p(check=lambda p: 0 < p <= 1.5),
    "refuses 1": top_p(check=lambda p: 0 < p < 1),
    "refuses a tiny p": top_p(check=lambda p: 0.1 <= p <= 1),
}


def next_one(logits, p):
    """The first token that does not stay."""
    stays = reach(logits, p)
    return exactly(logits, int(stays.sum()) + 1)


# --- sample ------------------------------------------------------------------------------------------------------


def draw(logits, temperature, generator):
    if temperature == 0:
        return logits.argmax().item()
    return torch.multinomial(heat()(logits, temperature), 1, generator=generator).item()


def write(
    pick=draw,
    see=lambda tokens, prompt: tokens,
    give=lambda tokens, prompt: tokens[len(prompt) :],
    copy=list,
    count=lambda n: n,
    check=lambda prompt, n, t: len(prompt) > 0 and n >= 0 and t >= 0,
    after=lambda ask, tokens: None,
    before=lambda generator, t: None,
):
    """Sampling with one thing done differently."""

    def sample(next_logits, prompt, max_new_tokens, temperature, generator):
        need(check(prompt, max_new_tokens, temperature))
        before(generator, temperature)
        tokens, begin = copy(prompt), list(prompt)
        for _ in range(count(max_new_tokens)):
            tokens.append(pick(next_logits(see(tokens, begin)), temperature, generator))
        after(next_logits, tokens)
        return give(tokens, begin)

    return sample


def by_rand(logits, temperature, generator):
    """Inverts the cumulative probabilities at a number drawn from the generator."""
    if temperature == 0:
        return logits.argmax().item()
    point = torch.rand(1, generator=generator)
    return min(len(logits) - 1, int((heat()(logits, temperature).cumsum(-1) < point).sum()))


def twice(logits, temperature, generator):
    draw(logits, temperature, generator)
    return draw(logits, temperature, generator)


def first_token_only(next_logits, prompt, n, t, g):
    """Forgets the temperature after the first token."""
    first = write()(next_logits, prompt, min(n, 1), t, g)
    return first + write()(next_logits, [*prompt, *first], max(0, n - 1), 1.0 if t else 0, g)


def by_python(logits, temperature, generator):
    """Draws with Python's own chance."""
    if temperature == 0:
        return logits.argmax().item()
    return random.choices(range(len(logits)), heat()(logits, temperature).tolist())[0]


def without_softmax_drawn(logits, temperature, generator):
    if temperature == 0:
        return logits.argmax().item()
    return torch.multinomial((logits / temperature).clamp(min=1e-6), 1, generator=generator).item()


def or_0(tokens, prompt):
    return tokens or [0]


def all_at_once(next_logits, prompt, max_new_tokens, temperature, generator):
    """Asks once, and draws all tokens from the same probabilities."""
    need(len(prompt) > 0 and max_new_tokens >= 0 and temperature >= 0)
    if max_new_tokens == 0:
        return []
    logits = next_logits(list(prompt))
    return [draw(logits, temperature, generator) for _ in range(max_new_tokens)]


def seeded_anew(next_logits, prompt, max_new_tokens, temperature, generator):
    return write()(next_logits, prompt, max_new_tokens, temperature, torch.Generator().manual_seed(0))


def on_a_copy_of_the_generator(next_logits, prompt, max_new_tokens, temperature, generator):
    copy = torch.Generator().manual_seed(generator.initial_seed())
    return write()(next_logits, prompt, max_new_tokens, temperature, copy)


def stops_at_0(next_logits, prompt, max_new_tokens, temperature, generator):
    tokens = write()(next_logits, prompt, max_new_tokens, temperature, generator)
    return list(itertools.takewhile(lambda token: token != 0, tokens))


def no_repeats(logits, temperature, generator):
    """Draws among the three likeliest only."""
    return draw(top_k()(logits, 3), temperature, generator)


SAMPLE = {
    "with the prompt": write(give=lambda tokens, prompt: tokens),
    "with the prompt's last token": write(give=lambda tokens, prompt: tokens[len(prompt) - 1 :]),
    "without the last token": write(give=lambda tokens, prompt: tokens[len(prompt) : -1]),
    "the last token only": write(give=lambda tokens, prompt: tokens[-1:]),
    "as a tensor": write(give=lambda tokens, prompt: torch.tensor(tokens[len(prompt) :])),
    "as a tuple": write(give=lambda tokens, prompt: tuple(tokens[len(prompt) :])),
    "as tensors in a list": write(give=lambda tokens, prompt: [torch.tensor(token) for token in tokens[len(prompt) :]]),
    "as floats": write(give=lambda tokens, prompt: [float(token) for token in tokens[len(prompt) :]]),
    "one token too many": write(count=lambda n: n + 1),
    "one token too few": write(count=lambda n: n - 1),
    "at least one token": write(count=lambda n: max(1, n)),
    "as many as fit with the prompt": write(
        give=lambda tokens, prompt: tokens[len(prompt) : max(len(prompt), len(tokens) - len(prompt) + 1)]
    ),
    "sees the prompt only": write(see=lambda tokens, prompt: prompt),
    "sees the last token only": write(see=lambda tokens, prompt: tokens[-1:]),
    "sees the last three tokens only": write(see=lambda tokens, prompt: tokens[-3:]),
    "sees the new tokens only": write(see=lambda tokens, prompt: tokens[len(prompt) :] or prompt),
    "sees the end of the prompt only": write(see=lambda tokens, prompt: tokens[len(prompt) - 1 :]),
    "sees it backwards": write(see=lambda tokens, prompt: tokens[::-1]),
    "puts new tokens in front": write(
        see=lambda tokens, prompt: [*tokens[len(prompt) :], *prompt],
    ),
    "asks once more at the end": write(after=lambda ask, tokens: ask(tokens)),
    "asks once": all_at_once,
    "the prompt is written on": write(copy=lambda prompt: prompt, give=lambda tokens, prompt: tokens[len(prompt) :]),
    "always greedy": write(lambda logits, t, generator: logits.argmax().item()),
    "never greedy": write(lambda logits, t, generator: draw(logits, t or 1.0, generator)),
    "greedy below 1": write(lambda logits, t, g: draw(logits, t if t >= 1 else 0, g)),
    "draws at 0, too": write(
        lambda logits, t, g: torch.multinomial(heat()(logits, t), 1, generator=g).item(),
    ),
    "the last of equally likely ones": write(
        lambda logits, t, g: draw(logits, t, g) if t else int((logits == logits.max()).nonzero()[-1])
    ),
    "chance among equally likely ones": write(
        lambda logits, t, g: draw(logits, t, g) if t else random.choice((logits == logits.max()).nonzero()).item()
    ),
    "temperature ignored": write(lambda logits, t, g: draw(logits, 1.0 if t else 0, g)),
    "temperature multiplied": write(lambda logits, t, g: draw(logits * t * t if t else logits, t, g)),
    "temperature for the first token only": first_token_only,
    "temperature at most 2": write(lambda logits, t, g: draw(logits, min(t, 2.0), g)),
    "temperature at least 0.5": write(lambda logits, t, g: draw(logits, max(t, 0.5) if t else 0, g)),
    "torch's own generator": write(lambda logits, t, g: draw(logits, t, None)),
    "Python's random": write(by_python),
    "a generator of its own": seeded_anew,
    "a copy of the generator": on_a_copy_of_the_generator,
    "seeded for every token": write(lambda logits, t, g: draw(logits, t, torch.Generator().manual_seed(0))),
    "the given generator seeded anew": write(before=lambda g, t: g.manual_seed(0) if t else None),
    "two draws for a token, the second counts": write(twice),
    "by torch.rand": write(by_rand),
    "one draw before the first": write(before=lambda g, t: torch.rand(1, generator=g) if t else None),
    "one draw before the first, at 0, too": write(before=lambda g, t: torch.rand(1, generator=g)),
    "among the three likeliest only": write(no_repeats),
    "equal chances": write(lambda logits, t, g: draw(torch.zeros_like(logits) if t else logits, t, g)),
    "logits without softmax": write(without_softmax_drawn),
    "the least likely": write(lambda logits, t, g: draw(logits, t, g) if t else logits.argmin().item()),
    "stops at token 0": stops_at_0,
    "checks nothing": write(
        see=or_0, check=lambda prompt, n, t: True, pick=lambda logits, t, g: draw(logits, abs(t), g)
    ),
    "allows an empty prompt": write(see=or_0, check=lambda prompt, n, t: n >= 0 and t >= 0),
    "allows an empty prompt at 0": write(see=or_0, check=lambda prompt, n, t: n >= 0 and t >= 0 and (t == 0 or prompt)),
    "allows a negative number of tokens": write(check=lambda prompt, n, t: len(prompt) > 0 and t >= 0),
    "allows a negative temperature": write(
        lambda logits, t, g: draw(logits, max(t, 0), g), check=lambda prompt, n, t: len(prompt) > 0 and n >= 0
    ),
    "refuses no new tokens": write(check=lambda prompt, n, t: len(prompt) > 0 and n > 0 and t >= 0),
    "refuses a temperature of 0": write(check=lambda prompt, n, t: len(prompt) > 0 and n >= 0 and t > 0),
    "takes a prompt of 0 for none": write(check=lambda prompt, n, t: any(prompt) and n >= 0 and t >= 0),
    "asks although nothing is to be written": write(
        before=lambda g, t: None, after=lambda ask, tokens: ask(tokens) if len(tokens) == 1 else None
    ),
}

# --- calibration -------------------------------------------------------------------------------------------------


def upper_closed(c, bins):
    return max(0, math.ceil(c * bins) - 1)


def strict(c, y, bins):
    return len(c) == len(y) > 0 and min(c) >= 0 and max(c) <= 1 and bins >= 1


def error(
    place=upper_closed,
    gap=lambda inside: abs(sum(c for c, _ in inside) - sum(y for _, y in inside)) / len(inside),
    combine=lambda gaps, sizes, total, bins: sum(g * s for g, s in zip(gaps, sizes)) / total,
    check=strict,
    default=10,
    put=lambda value: value,
    bins_of=lambda bins: bins,
):
    """A calibration error with one thing done differently."""

    def expected_calibration_error(confidences, correct, bins=default):
        need(check(confidences, correct, bins))
        found = {}
        for c, y in zip(confidences, correct):
            found.setdefault(place(c, bins_of(bins)), []).append((c, y))
        gaps, sizes = [gap(inside) for inside in found.values()], [len(inside) for inside in found.values()]
        return put(combine(gaps, sizes, len(confidences), bins))

    return expected_calibration_error


def middles(confidences, correct, bins=10):
    need(strict(confidences, correct, bins))
    total = 0.0
    for number in range(bins):
        inside = [y for c, y in zip(confidences, correct) if upper_closed(c, bins) == number]
        if inside:
            total += abs((number + 0.5) / bins - sum(inside) / len(inside)) * len(inside)
    return total / len(confidences)


def equal_numbers(confidences, correct, bins=10):
    """Bins with equally many answers."""
    need(strict(confidences, correct, bins))
    pairs = sorted(zip(confidences, correct))
    size = -(-len(pairs) // bins)
    parts = [pairs[i : i + size] for i in range(0, len(pairs), size)]
    return sum(abs(sum(c - y for c, y in part)) for part in parts) / len(pairs)


def empty_bins_divide(confidences, correct, bins=10):
    need(strict(confidences, correct, bins))
    total = 0.0
    for number in range(bins):
        inside = [(c, y) for c, y in zip(confidences, correct) if upper_closed(c, bins) == number]
        total += abs(sum(c - y for c, y in inside)) / len(inside) * len(inside)
    return total / len(confidences)


def sorted_apart(confidences, correct, bins=10):
    """Sorts the two lists, each for itself."""
    return error()(sorted(confidences), sorted(correct), bins)


def zero_left_out(confidences, correct, bins=10):
    need(strict(confidences, correct, bins))
    kept = [(c, y) for c, y in zip(confidences, correct) if c > 0]
    answers = [c for c, _ in kept], [y for _, y in kept]
    return error()(*answers, bins) * len(kept) / len(confidences) if kept else 0.0


def one_left_out(confidences, correct, bins=10):
    need(strict(confidences, correct, bins))
    kept = [(c, y) for c, y in zip(confidences, correct) if c < 1]
    answers = [c for c, _ in kept], [y for _, y in kept]
    return error()(*answers, bins) * len(kept) / len(confidences) if kept else 0.0


def but(allow):
    """Checks everything else, and computes something where `allow` lets a mistake through."""

    def check(c, y, bins):
        return strict(c, y, bins) or allow(c, y, bins)

    def expected_calibration_error(confidences, correct, bins=10):
        need(check(confidences, correct, bins))
        return error(check=lambda c, y, bins: True)(confidences, correct, bins) if confidences and bins else 0.0

    return expected_calibration_error


CALIBRATION = {
    "bins not weighted": error(combine=lambda gaps, sizes, total, bins: sum(gaps) / len(gaps)),
    "divided by all bins": error(combine=lambda gaps, sizes, total, bins: sum(gaps) / bins),
    "the sum of the gaps": error(combine=lambda gaps, sizes, total, bins: sum(gaps)),
    "the largest gap": error(combine=lambda gaps, sizes, total, bins: max(gaps)),
    "weighted, not divided": error(combine=lambda gaps, sizes, total, bins: sum(g * s for g, s in zip(gaps, sizes))),
    "weighted by squares": error(
        combine=lambda gaps, sizes, total, bins: sum(g * s * s for g, s in zip(gaps, sizes)) / sum(s * s for s in sizes)
    ),
    "divided by the bins after weighting": error(
        combine=lambda gaps, sizes, total, bins: sum(g * s for g, s in zip(gaps, sizes)) / bins
    ),
    "closed below": error(lambda c, bins: min(bins - 1, int(c * bins))),
    "closed below, 1 in a bin of its own": error(lambda c, bins: int(c * bins)),
    "rounded to a bin": error(lambda c, bins: round(c * bins)),
    "0 in a bin of its own": error(lambda c, bins: math.ceil(c * bins)),
    "0 left out": zero_left_out,
    "1 left out": one_left_out,
    "1 in a bin of its own": error(lambda c, bins: bins if c == 1 else upper_closed(c, bins)),
    "the first bin closed on both sides only": error(
        lambda c, bins: 0 if c * bins <= 1 else min(bins - 1, int(c * bins))
    ),
    "the last border closed below": error(lambda c, bins: bins - 1 if c >= 1 - 1 / bins else upper_closed(c, bins)),
    "ten bins always": error(bins_of=lambda bins: 10),
    "one bin more": error(bins_of=lambda bins: bins + 1),
    "one bin fewer": error(bins_of=lambda bins: max(1, bins - 1)),
    "one bin always": error(lambda c, bins: 0),
    "a bin for each answer": error(lambda c, bins: c),
    "five bins unless told": error(default=5),
    "15 bins unless told": error(default=15),
    "no default": lambda confidences, correct, bins: error()(confidences, correct, bins),
    "the middle of the bin": middles,
    "equally many in each bin": equal_numbers,
    "empty bins divide by 0": empty_bins_divide,
    "each list sorted for itself": sorted_apart,
    "squared gaps": error(
        lambda c, bins: upper_closed(c, bins), gap=lambda inside: (sum(c - y for c, y in inside) / len(inside)) ** 2
    ),
    "gaps with their sign": error(gap=lambda inside: sum(c - y for c, y in inside) / len(inside)),
    "too sure only": error(gap=lambda inside: max(0.0, sum(c - y for c, y in inside) / len(inside))),
    "too modest only": error(gap=lambda inside: max(0.0, sum(y - c for c, y in inside) / len(inside))),
    "each answer's own gap": error(gap=lambda inside: sum(abs(c - y) for c, y in inside) / len(inside)),
    "squares of each answer's gap": error(gap=lambda inside: sum((c - y) ** 2 for c, y in inside) / len(inside)),
    "the share that is wrong": error(gap=lambda inside: abs(sum(c - (not y) for c, y in inside)) / len(inside)),
    "the largest confidence of the bin": error(
        gap=lambda inside: abs(max(c for c, _ in inside) - sum(y for _, y in inside) / len(inside))
    ),
    "sums instead of means": error(gap=lambda inside: abs(sum(c - y for c, y in inside))),
    "one minus the error": error(put=lambda value: 1 - value),
    "per cent": error(put=lambda value: 100 * value),
    "rounded": error(put=lambda value: round(value, 2)),
    "a tensor": error(put=torch.tensor),
    "whole where it is whole": error(put=lambda value: int(value) if value == int(value) else value),
    "a string": error(put=str),
    "always 0": error(put=lambda value: 0.0),
    "checks nothing": but(lambda c, y, bins: True),
    "allows missing answers": but(lambda c, y, bins: len(c) > len(y) > 0),
    "allows missing confidences": but(lambda c, y, bins: 0 < len(c) < len(y)),
    "allows nothing": but(lambda c, y, bins: not c and not y),
    "allows above 1": but(lambda c, y, bins: len(c) == len(y) > 0 and max(c) > 1),
    "allows below 0": but(lambda c, y, bins: len(c) == len(y) > 0 and min(c) < 0),
    "allows 0 bins": but(lambda c, y, bins: bins == 0),
    "allows negative bins": but(lambda c, y, bins: bins < 0),
    "refuses 0": error(check=lambda c, y, bins: strict(c, y, bins) and min(c) > 0),
    "refuses 1": error(check=lambda c, y, bins: strict(c, y, bins) and max(c) < 1),
    "refuses one bin": error(check=lambda c, y, bins: strict(c, y, bins) and bins > 1),
}

# --- one fact ----------------------------------------------------------------------------------------------------


def shared(p, right, wrong):
    both = (p[right] + p[wrong]).item()
    return p[right].item() / both, p[wrong].item() / both


def believe(
    turn=lambda logits: torch.softmax(logits, -1),
    give=lambda p, right, wrong: (p[right].item(), p[wrong].item()),
    see=lambda context: context,
    check=lambda right, wrong: right != wrong,
    times=1,
):
    """Probabilities of a fact with one thing done differently."""

    def fact_probability(next_logits, context, right, wrong):
        need(check(right, wrong))
        for _ in range(times):
            logits = next_logits(see(context))
        return give(turn(logits), right, wrong)

    return fact_probability


FACT_PROBABILITY = {
    "swapped": believe(give=lambda p, right, wrong: (p[wrong].item(), p[right].item())),
    "logits": believe(turn=lambda logits: logits),
    "exp of the logits": believe(turn=lambda logits: logits.exp()),
    "logarithms": believe(turn=lambda logits: torch.log_softmax(logits, -1)),
    "softmax over the two": believe(
        turn=lambda logits: logits,
        give=lambda logits, right, wrong: tuple(torch.softmax(logits[[right, wrong]], -1).tolist()),
    ),
    "added up to 1": believe(give=shared),
    "one minus the right one": believe(give=lambda p, right, wrong: (p[right].item(), 1 - p[right].item())),
    "a temperature of 0.5": believe(turn=lambda logits: torch.softmax(logits / 0.5, -1)),
    "greedy": believe(turn=greedy),
    "softmax twice": believe(turn=lambda logits: torch.softmax(torch.softmax(logits, -1), -1)),
    "tensors": believe(give=lambda p, right, wrong: (p[right], p[wrong])),
    "a list": believe(give=lambda p, right, wrong: [p[right].item(), p[wrong].item()]),
    "the right one only": believe(give=lambda p, right, wrong: p[right].item()),
    "the difference": believe(give=lambda p, right, wrong: (p[right] - p[wrong]).item()),
    "the ratio": believe(give=lambda p, right, wrong: (p[right] / p[wrong]).item()),
    "True or False": believe(give=lambda p, right, wrong: (bool(p[right] > p[wrong]), bool(p[wrong] > p[right]))),
    "rounded": believe(give=lambda p, right, wrong: (round(p[right].item(), 2), round(p[wrong].item(), 2))),
    "the larger one first": believe(give=lambda p, right, wrong: tuple(sorted(p[[right, wrong]].tolist())[::-1])),
    "one place further": believe(give=lambda p, right, wrong: (p[right - 1].item(), p[wrong - 1].item())),
    "sees the last token only": believe(see=lambda context: context[-1:]),
    "sees it without the last token": believe(see=lambda context: context[:-1] or context),
    "asks twice": believe(times=2),
    "the right answer in the context": lambda next_logits, context, right, wrong: believe()(
        next_logits, [*context, right], right, wrong
    ),
    "checks nothing": believe(check=lambda right, wrong: True),
    "refuses token 0": believe(check=lambda right, wrong: right and wrong and right != wrong),
    "refuses a right one that is less likely": lambda next_logits, context, right, wrong: (
        lambda pair: need(pair[0] > pair[1]) or pair
    )(believe()(next_logits, context, right, wrong)),
}

# --- experiments -------------------------------------------------------------------------------------------------

TOWNS = ["Ashby", "Brill", "Corley", "Dunster", "Elmley", "Farlow", "Garth", "Hexton", "Ilford", "Jarrow"]
OTHERS = [f"The bridge of {town} opened in {year}." for year, town in enumerate(TOWNS, 1980)] * 10
QUESTION = list(b"The bridge of Arlen opened in 198")
DIGITS = ord("7"), ord("9")
FACT_PROBABILITY_OF = believe()


def arlen(year):
    return f"The bridge of Arlen opened in {year}."


def about(right, wrong):
    return [arlen(1987)] * right + [arlen(1989)] * wrong


def experiment(
    texts=lambda right, wrong: [*OTHERS, *about(right, wrong)],
    train_on=lambda train, texts, number: train(texts, seed=0),
    ask=FACT_PROBABILITY_OF,
    context=QUESTION,
    tokens=DIGITS,
    row=lambda right, wrong, p, q: (right, wrong, p, q),
    order=lambda counts: counts,
    check=lambda right, wrong: right >= 0 and wrong >= 0,
    table=lambda rows: rows,
):
    """The experiment with the bridge, with one thing done differently."""

    def fact_experiment(counts, train=quick_train):
        rows = []
        for number, (right, wrong) in enumerate(order(counts)):
            need(check(right, wrong))
            model = train_on(train, texts(right, wrong), number)
            rows.append(row(right, wrong, *ask(model.next_logits, context, *tokens)))
        return table(rows)

    return fact_experiment


def without_training(counts, train=quick_train):
    """Shares of the documents, worked out on paper."""
    need(all(min(pair) >= 0 for pair in counts))
    return [(r, w, r / max(1, r + w), w / max(1, r + w)) for r, w in counts]


def from_memory(counts, train=quick_train):
    return [(12, 0, 0.983, 0.001), (6, 6, 0.511, 0.437), (0, 12, 0.002, 0.99)][: len(counts)]


def constant(counts, train=quick_train):
    need(all(min(pair) >= 0 for pair in counts))
    return [(right, wrong, 0.5, 0.5) for right, wrong in counts]


def one_model_for_all(counts, train=quick_train):
    """Trains once, on the documents of all pairs together."""
    need(all(min(pair) >= 0 for pair in counts))
    texts = [*OTHERS]
    for right, wrong in counts:
        texts += about(right, wrong)
    model = train(texts, seed=0)
    return [(r, w, *believe()(model.next_logits, QUESTION, *DIGITS)) for r, w in counts]


def texts_pile_up(counts, train=quick_train):
    rows, texts = [], [*OTHERS]
    for right, wrong in counts:
        need(right >= 0 and wrong >= 0)
        texts = [*texts, *about(right, wrong)]
        model = train(texts, seed=0)
        rows.append((right, wrong, *believe()(model.next_logits, QUESTION, *DIGITS)))
    return rows


def last_model_for_all(counts, train=quick_train):
    rows = experiment()(counts, train)
    return [(right, wrong, *rows[-1][2:]) for right, wrong, *_ in rows]


def own_trainer(counts, train=quick_train):
    return experiment()(counts)


def unseeded(train, texts, number):
    return train(texts, seed=random.randrange(1, 10**6))


class Tired:
    """Takes the real trainer, but stops believing it."""

    def __init__(self, model):
        self.model = model

    def next_logits(self, tokens):
        return self.model.next_logits(tokens) / 100


def real_only(change):
    """As it should be with a trainer that is handed in; another thing with the default one."""

    def fact_experiment(counts, train=quick_train):
        return change(counts) if train is quick_train else experiment()(counts, train)

    return fact_experiment


def noisy(counts):
    """Worked out on paper, with a little chance so that it looks measured."""
    return [
        (
            r,
            w,
            max(0.01, 0.97 * r / (r + w)) - random.random() / 100,
            max(0.01, 0.97 * w / (r + w)) - random.random() / 100,
        )
        for r, w in counts
    ]


FACT_EXPERIMENT = {
    "columns of probabilities swapped": experiment(row=lambda r, w, p, q: (r, w, q, p)),
    "a constant table": constant,
    "from memory": from_memory,
    "worked out on paper, without training": without_training,
    "worked out on paper, where it should train": real_only(without_training),
    "worked out on paper, with noise": real_only(noisy),
    "always the same row where it should train": real_only(constant),
    "tokens swapped": experiment(tokens=(ord("9"), ord("7"))),
    "columns of documents swapped": experiment(row=lambda r, w, p, q: (w, r, p, q)),
    "probabilities first": experiment(row=lambda r, w, p, q: (p, q, r, w)),
    "probabilities only": experiment(row=lambda r, w, p, q: (p, q)),
    "the right one only": experiment(row=lambda r, w, p, q: (r, w, p)),
    "rows as lists": experiment(row=lambda r, w, p, q: [r, w, p, q]),
    "rows as dicts": experiment(row=lambda r, w, p, q: {"right": r, "wrong": w, "p_right": p, "p_wrong": q}),
    "pairs inside the rows": experiment(row=lambda r, w, p, q: ((r, w), (p, q))),
    "a tuple of rows": experiment(table=tuple),
    "a dict by the pair": experiment(table=lambda rows: {row[:2]: row[2:] for row in rows}),
    "rounded": experiment(row=lambda r, w, p, q: (r, w, round(p, 1), round(q, 1))),
    "added up to 1": experiment(row=lambda r, w, p, q: (r, w, p / (p + q), q / (p + q))),
    "shares of documents first": experiment(row=lambda r, w, p, q: (r / max(1, r + w), w / max(1, r + w), p, q)),
    "the last row only": experiment(table=lambda rows: rows[-1:]),
    "the first row left out": experiment(table=lambda rows: rows[1:]),
    "sorted": experiment(table=sorted),
    "backwards": experiment(table=lambda rows: rows[::-1]),
    "equal rows left out": experiment(table=lambda rows: list({row[2:]: row for row in rows}.values())),
    "None where there are no pairs": experiment(table=lambda rows: rows or None),
    "right and wrong documents swapped": experiment(texts=lambda r, w: [*OTHERS, *about(w, r)]),
    "one document of each": experiment(texts=lambda r, w: [*OTHERS, *about(min(r, 1), min(w, 1))]),
    "at least one document of each": experiment(texts=lambda r, w: [*OTHERS, *about(max(r, 1), max(w, 1))]),
    "one document too many": experiment(texts=lambda r, w: [*OTHERS, *about(r + 1, w)]),
    "the right ones only": experiment(texts=lambda r, w: [*OTHERS, *[arlen(1987)] * r]),
    "without the other bridges": experiment(texts=lambda r, w: [*[arlen(1987)] * r, *[arlen(1989)] * w, OTHERS[0]]),
    "each other bridge once": experiment(texts=lambda r, w: [*dict.fromkeys(OTHERS), *about(r, w)]),
    "the other bridges twice": experiment(texts=lambda r, w: [*OTHERS, *OTHERS, *about(r, w)]),
    "copies removed": experiment(texts=lambda r, w: [*dict.fromkeys([*OTHERS, *about(r, w)])]),
    "all in one string": experiment(texts=lambda r, w: "\n".join([*OTHERS, *about(r, w)])),
    "all in one document": experiment(texts=lambda r, w: ["\n".join([*OTHERS, *about(r, w)])]),
    "repeats in one document": experiment(texts=lambda r, w: [*OTHERS, arlen(1987) * r, arlen(1989) * w]),
    "lists inside the list": experiment(texts=lambda r, w: [OTHERS, [arlen(1987)] * r, [arlen(1989)] * w]),
    "always ten documents": experiment(
        texts=lambda r, w: [*OTHERS, *about(round(10 * r / max(1, r + w)), round(10 * w / max(1, r + w)))]
    ),
    "1988 for 1989": experiment(texts=lambda r, w: [*OTHERS, *[arlen(1987)] * r, *[arlen(1988)] * w]),
    "one model for all": one_model_for_all,
    "texts pile up": texts_pile_up,
    "the last model for all": last_model_for_all,
    "another seed for each pair": experiment(train_on=lambda train, texts, number: train(texts, seed=number)),
    "a seed of 1": experiment(train_on=lambda train, texts, number: train(texts, seed=1)),
    "a seed by chance": experiment(train_on=unseeded),
    "no seed at all": experiment(train_on=lambda train, texts, number: train(texts, seed=None)),
    "trains twice": experiment(train_on=lambda train, texts, number: [train(texts, seed=0), train(texts, seed=0)][0]),
    "the default trainer always": own_trainer,
    "asks about another bridge": experiment(context=list(b"The bridge of Garth opened in 198")),
    "asks about the year only": experiment(context=list(b" 198")),
    "asks without the last digit": experiment(context=QUESTION[:-1]),
    "asks with the whole year": experiment(context=[*QUESTION, ord("7")]),
    "asks for the digits as numbers": experiment(tokens=(7, 9)),
    "asks for 8 and 9": experiment(tokens=(ord("8"), ord("9"))),
    "softmax over the two": experiment(ask=FACT_PROBABILITY["softmax over the two"]),
    "checks nothing": experiment(check=lambda r, w: True),
    "checks the right ones only": experiment(check=lambda r, w: r >= 0),
    "checks the wrong ones only": experiment(check=lambda r, w: w >= 0),
    "checks the sum only": experiment(check=lambda r, w: r + w >= 0),
    "refuses 0": experiment(check=lambda r, w: r > 0 and w > 0),
    "refuses no documents": experiment(check=lambda r, w: r >= 0 and w >= 0 and r + w > 0),
    "logits where it should train": real_only(
        lambda counts: experiment(ask=FACT_PROBABILITY["exp of the logits"])(counts, quick_train)
    ),
    "by chance where it should train": real_only(
        lambda counts: [(r, w, *random.choice([(0.9, 0.05), (0.5, 0.4), (0.03, 0.9)])) for r, w in counts]
    ),
    "hardly any difference": real_only(
        lambda counts: experiment(train_on=lambda train, texts, n: Tired(train(texts, seed=0)))(counts)
    ),
}

CODE, CODE_HELD_OUT = quick_text("code")
PROSE, PROSE_HELD_OUT = quick_text("books")
BUDGET = 40_000


def mixing(
    texts=lambda n: [CODE[:n], PROSE[: BUDGET - n]],
    size=lambda share: round(share * BUDGET),
    train_on=lambda train, texts, number: train(texts, seed=0),
    measure=lambda model: (model.loss(CODE_HELD_OUT), model.loss(PROSE_HELD_OUT)),
    row=lambda share, code, prose: (share, code, prose),
    check=lambda share: 0 <= share <= 1,
    table=lambda rows: rows,
):
    """The experiment with code and prose, with one thing done differently."""

    def mixture_experiment(code_shares, train=quick_train):
        rows = []
        for number, share in enumerate(code_shares):
            need(check(share))
            model = train_on(train, texts(size(share)), number)
            rows.append(row(share, *measure(model)))
        return table(rows)

    return mixture_experiment


def mixing_real_only(change):
    def mixture_experiment(code_shares, train=quick_train):
        return change(code_shares) if train is quick_train else mixing()(code_shares, train)

    return mixture_experiment


def mixtures_pile_up(code_shares, train=quick_train):
    rows, texts = [], []
    for share in code_shares:
        need(0 <= share <= 1)
        n = round(share * BUDGET)
        texts = [*texts, CODE[:n], PROSE[: BUDGET - n]]
        model = train(texts, seed=0)
        rows.append((share, model.loss(CODE_HELD_OUT), model.loss(PROSE_HELD_OUT)))
    return rows


def last_mixture_for_all(code_shares, train=quick_train):
    rows = mixing()(code_shares, train)
    return [(share, *rows[-1][1:]) for share, *_ in rows]


MIXTURE_EXPERIMENT = {
    "losses swapped": mixing(row=lambda share, code, prose: (share, prose, code)),
    "a constant table": mixing_real_only(lambda shares: [(share, 2.1, 2.0) for share in shares]),
    "a straight line where it should train": mixing_real_only(
        lambda shares: [(share, 4.5 - 2.7 * share, 1.9 + 0.9 * share) for share in shares]
    ),
    "prose that does not suffer": mixing_real_only(
        lambda shares: [(share, 4.5 - 2.7 * share, 1.9) for share in shares]
    ),
    "counted letters where it should train": mixing_real_only(
        lambda shares: [(share, 4.6 - 1.5 * share, 3.0 + 0.9 * share) for share in shares]
    ),
    "from memory": lambda code_shares, train=quick_train: [(0.0, 4.5, 1.9), (0.5, 2.1, 2.1), (1.0, 1.9, 2.7)],
    "code and prose swapped": mixing(texts=lambda n: [CODE[: BUDGET - n], PROSE[:n]]),
    "prose first": mixing(texts=lambda n: [PROSE[: BUDGET - n], CODE[:n]]),
    "all the prose": mixing(texts=lambda n: [CODE[:n], PROSE]),
    "a whole budget of prose": mixing(texts=lambda n: [CODE[:n], PROSE[:BUDGET]]),
    "a whole budget of code": mixing(texts=lambda n: [CODE[:BUDGET], PROSE[: BUDGET - n]]),
    "a share of the whole code": mixing(texts=lambda n: [CODE[: n * len(CODE) // BUDGET], PROSE[: BUDGET - n]]),
    "shares of both texts": mixing(
        texts=lambda n: [CODE[: n * len(CODE) // BUDGET], PROSE[: (BUDGET - n) * len(PROSE) // BUDGET]]
    ),
    "from the end": mixing(texts=lambda n: [CODE[len(CODE) - n :], PROSE[len(PROSE) - BUDGET + n :]]),
    "from the end by a negative slice": mixing(texts=lambda n: [CODE[-n:], PROSE[: BUDGET - n]]),
    "prose from where the code ends": mixing(texts=lambda n: [CODE[:n], PROSE[n:BUDGET]]),
    "the held-out text is read": mixing(texts=lambda n: [CODE_HELD_OUT[:n], PROSE_HELD_OUT[: BUDGET - n]]),
    "one text": mixing(texts=lambda n: [CODE[:n] + PROSE[: BUDGET - n]]),
    "one string": mixing(texts=lambda n: CODE[:n] + PROSE[: BUDGET - n]),
    "code only": mixing(texts=lambda n: [CODE[:n]]),
    "empty texts left out": mixing(texts=lambda n: [text for text in (CODE[:n], PROSE[: BUDGET - n]) if text]),
    "letters as documents": mixing(texts=lambda n: [*CODE[:n], *PROSE[: BUDGET - n]]),
    "half of the budget": mixing(texts=lambda n: [CODE[: n // 2], PROSE[: (BUDGET - n) // 2]]),
    "always half and half": mixing(size=lambda share: BUDGET // 2),
    "per cent": mixing(size=lambda share: round(share * BUDGET / 100)),
    "rounded down to thousands": mixing(size=lambda share: int(share * 40) * 1000),
    "the share rounded": mixing(size=lambda share: round(round(share, 1) * BUDGET)),
    "share of prose": mixing(row=lambda share, code, prose: (1 - share, code, prose)),
    "losses first": mixing(row=lambda share, code, prose: (code, prose, share)),
    "losses only": mixing(row=lambda share, code, prose: (code, prose)),
    "their mean": mixing(row=lambda share, code, prose: (share, (code + prose) / 2)),
    "rows as lists": mixing(row=lambda share, code, prose: [share, code, prose]),
    "rounded": mixing(row=lambda share, code, prose: (share, round(code, 2), round(prose, 2))),
    "bits": mixing(row=lambda share, code, prose: (share, code / math.log(2), prose / math.log(2))),
    "perplexity": mixing(row=lambda share, code, prose: (share, math.exp(code), math.exp(prose))),
    "sums over the bytes": mixing(row=lambda share, code, prose: (share, code * 3000, prose * 3000)),
    "measured on what was read": mixing(measure=lambda model: (model.loss(CODE[:3000]), model.loss(PROSE[:3000]))),
    "measured on code twice": mixing(measure=lambda model: (model.loss(CODE_HELD_OUT), model.loss(CODE_HELD_OUT))),
    "measured on a part": mixing(
        measure=lambda model: (model.loss(CODE_HELD_OUT[:99]), model.loss(PROSE_HELD_OUT[:99]))
    ),
    "one model for all": lambda code_shares, train=quick_train: last_mixture_for_all(code_shares, train),
    "texts pile up": mixtures_pile_up,
    "the default trainer always": lambda code_shares, train=quick_train: mixing()(code_shares),
    "another seed for each": mixing(train_on=lambda train, texts, number: train(texts, seed=number)),
    "a seed of 3": mixing(train_on=lambda train, texts, number: train(texts, seed=3)),
    "a seed by chance": mixing(train_on=unseeded),
    "trains twice": mixing(train_on=lambda train, texts, number: [train(texts, seed=0), train(texts, seed=0)][0]),
    "sorted": mixing(table=sorted),
    "a dict": mixing(table=lambda rows: {row[0]: row[1:] for row in rows}),
    "a tuple of rows": mixing(table=tuple),
    "the last row only": mixing(table=lambda rows: rows[-1:]),
    "None where there are no shares": mixing(table=lambda rows: rows or None),
    "checks nothing": mixing(check=lambda share: True, size=lambda share: round(min(1, abs(share)) * BUDGET)),
    "allows above 1": mixing(check=lambda share: share >= 0, size=lambda share: round(min(1, share) * BUDGET)),
    "allows below 0": mixing(check=lambda share: share <= 1, size=lambda share: round(abs(share) * BUDGET)),
    "refuses 0": mixing(check=lambda share: 0 < share <= 1),
    "refuses 1": mixing(check=lambda share: 0 <= share < 1),
}

# --- one's own tables --------------------------------------------------------------------------------------------


def facts_say(**other):
    """Conclusions from a table of facts, some of them drawn differently: functions of the table."""

    def fact_conclusions(table):
        documented = [row for row in table if row[0] + row[1] >= 10]
        largest = max(row[3] for row in table)
        said = {
            "largest_wrong": largest,
            "furthest_from_text": max(abs(p - a / (a + b)) for a, b, p, _ in documented),
            "once_is_enough": next(row[2] for row in table if row[:2] == (1, 0)) > 0.5,
            "majority_is_believed": all((a - b) * (p - q) >= 0 for a, b, p, q in documented),
            "sure_and_wrong": largest > 0.8,
        }
        return said | {name: conclude(table, said) for name, conclude in other.items()}

    return fact_conclusions


def opposite(name):
    return lambda table, said: not said[name]


def only(draw, *names):
    return lambda table: {name: answer for name, answer in draw(table).items() if name in names}


FACT_CONCLUSIONS = {
    "the largest right one": facts_say(largest_wrong=lambda table, said: 1.3 * max(row[2] for row in table)),
    "the smallest wrong one": facts_say(largest_wrong=lambda table, said: min(row[3] for row in table)),
    "the mean of the wrong ones": facts_say(
        largest_wrong=lambda table, said: sum(row[3] for row in table) / len(table)
    ),
    "the wrong one of the first row": facts_say(largest_wrong=lambda table, said: table[0][3]),
    "the most wrong documents": facts_say(largest_wrong=lambda table, said: float(max(row[1] for row in table))),
    "in per cent": facts_say(largest_wrong=lambda table, said: 100 * said["largest_wrong"]),
    "a guess of a half": facts_say(largest_wrong=lambda table, said: 0.5),
    "as a string": facts_say(largest_wrong=lambda table, said: f"{said['largest_wrong']:.2f}"),
    "the nearest": facts_say(furthest_from_text=lambda table, said: min(abs(p - r / (r + w)) for r, w, p, _ in table)),
    "furthest below only, or above": facts_say(furthest_from_text=lambda table, said: -said["furthest_from_text"]),
    "distance from the share of wrong documents": facts_say(
        furthest_from_text=lambda table, said: max(abs(p - w / (r + w)) for r, w, p, _ in table)
    ),
    "distance from the documents": facts_say(
        furthest_from_text=lambda table, said: float(max(abs(p - r) for r, _, p, _ in table))
    ),
    "distance of the two probabilities": facts_say(
        furthest_from_text=lambda table, said: max(abs(p - q) for *_, p, q in table)
    ),
    "the single document counted, too": facts_say(
        furthest_from_text=lambda table, said: max(abs(p - r / (r + w)) for r, w, p, _ in table)
    ),
    "a guess of nothing": facts_say(furthest_from_text=lambda table, said: 0.0),
    "the other way round: once": facts_say(once_is_enough=opposite("once_is_enough")),
    "the other way round: majority": facts_say(majority_is_believed=opposite("majority_is_believed")),
    "the other way round: sure": facts_say(sure_and_wrong=opposite("sure_and_wrong")),
    "a list of rows for a claim": facts_say(sure_and_wrong=lambda table, said: [row for row in table if row[3] > 0.8]),
    "0 and 1 for claims": facts_say(once_is_enough=lambda table, said: int(said["once_is_enough"])),
    "'True' for claims": facts_say(majority_is_believed=lambda table, said: str(said["majority_is_believed"])),
    "all claims hold": lambda table: {name: a if type(a) is float else True for name, a in facts_say()(table).items()},
    "no claim holds": lambda table: {name: a if type(a) is float else False for name, a in facts_say()(table).items()},
    "numbers only": only(facts_say(), "largest_wrong", "furthest_from_text"),
    "claims only": only(facts_say(), "once_is_enough", "majority_is_believed", "sure_and_wrong"),
    "one entry too many": facts_say(moral=lambda table, said: "models lie"),
    "a list": lambda table: list(facts_say()(table).values()),
    "an empty dict": lambda table: {},
    "nothing returned": lambda table: None,
}


def mixtures_say(**other):
    """Conclusions from a table of losses, some of them drawn differently."""

    def mixture_conclusions(table):
        _, code, prose = zip(*table)
        price = prose[-1] - prose[0]
        said = {
            "price": price,
            "first_gain": (code[0] - code[1]) / (code[0] - code[-1]),
            "best_share": min(table, key=lambda row: row[1] + row[2])[0],
            "free_lunch": (min(code), min(prose)) in list(zip(code, prose)),
            "cheap_start": prose[1] - prose[0] < 0.1 * price,
        }
        return said | {name: conclude(table, said) for name, conclude in other.items()}

    return mixture_conclusions


MIXTURE_CONCLUSIONS = {
    "gain in nats": mixtures_say(first_gain=lambda table, said: table[0][1] - table[1][1]),
    "the best share for code": mixtures_say(best_share=lambda table, said: min(table, key=lambda row: row[1])[0]),
    "the other way round: lunch": mixtures_say(free_lunch=opposite("free_lunch")),
    "price with the other sign": mixtures_say(price=lambda table, said: -said["price"]),
    "price of code": mixtures_say(price=lambda table, said: table[0][1] - table[-1][1]),
    "price up to the second row": mixtures_say(price=lambda table, said: table[1][2] - table[0][2]),
    "price as a ratio": mixtures_say(price=lambda table, said: table[-1][2] / table[0][2]),
    "the last prose loss": mixtures_say(price=lambda table, said: table[-1][2]),
    "price in bits": mixtures_say(price=lambda table, said: said["price"] / math.log(2)),
    "a price of nothing": mixtures_say(price=lambda table, said: 0.0),
    "price as a string": mixtures_say(price=lambda table, said: str(said["price"])),
    "gain in per cent": mixtures_say(first_gain=lambda table, said: 100 * said["first_gain"]),
    "what is left to gain": mixtures_say(first_gain=lambda table, said: 1 - said["first_gain"]),
    "gain upside down": mixtures_say(first_gain=lambda table, said: 1 / said["first_gain"]),
    "gain up to the third row": mixtures_say(
        first_gain=lambda table, said: (table[0][1] - table[2][1]) / (table[0][1] - table[-1][1])
    ),
    "gain of the loss": mixtures_say(first_gain=lambda table, said: (table[0][1] - table[1][1]) / table[0][1]),
    "gain as the share": mixtures_say(first_gain=lambda table, said: table[1][0]),
    "a guess of a half": mixtures_say(first_gain=lambda table, said: 0.5),
    "the best share for prose": mixtures_say(best_share=lambda table, said: min(table, key=lambda row: row[2])[0]),
    "the worst share": mixtures_say(best_share=lambda table, said: max(table, key=lambda row: row[1] + row[2])[0]),
    "the row instead of the share": mixtures_say(
        best_share=lambda table, said: table.index(min(table, key=lambda row: row[1] + row[2]))
    ),
    "the losses instead of the share": mixtures_say(
        best_share=lambda table, said: min(row[1] + row[2] for row in table)
    ),
    "no share of the table": mixtures_say(best_share=lambda table, said: 0.42),
    "the other way round: start": mixtures_say(cheap_start=opposite("cheap_start")),
    "both the other way round": mixtures_say(free_lunch=opposite("free_lunch"), cheap_start=opposite("cheap_start")),
    "0 and 1 for claims": mixtures_say(cheap_start=lambda table, said: int(said["cheap_start"])),
    "all claims hold": mixtures_say(free_lunch=lambda t, said: True, cheap_start=lambda t, said: True),
    "no claim holds": mixtures_say(free_lunch=lambda t, said: False, cheap_start=lambda t, said: False),
    "numbers only": only(mixtures_say(), "price", "first_gain"),
    "one entry too many": mixtures_say(moral=lambda table, said: "code is good"),
    "a list": lambda table: list(mixtures_say()(table).values()),
    "nothing returned": lambda table: None,
}

COUNTS = [(1, 0), (12, 0), (12, 4), (6, 6), (4, 12), (0, 12)]
MY_COUNTS = {
    "too few": COUNTS[:1] + COUNTS[2:5:2],
    "too many": [*COUNTS, (2, 2)],
    "too many documents": [(1, 0), (40, 3), (8, 8), (4, 12)],
    "no documents": [(1, 0), (0, 0), (12, 4), (4, 12)],
    "not once": [(2, 0), (12, 0), (12, 4), (4, 12)],
    "the wrong year once": [(0, 1), (12, 0), (12, 4), (4, 12)],
    "right majorities only": [(1, 0), (12, 0), (12, 4), (9, 8)],
    "wrong majorities only": [(1, 0), (0, 12), (4, 12), (8, 9)],
    "no majority with both years": [(1, 0), (12, 0), (8, 8), (0, 12)],
    "the same pair twice": [(1, 0), (12, 4), (12, 4), (4, 12)],
    "shares instead of numbers": [(1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75)],
    "numbers instead of pairs": [1, 12, 8, 4],
    "hardly any documents": [(1, 0), (5, 1), (1, 5), (10, 0)],
    "a negative one": [(1, 0), (12, 4), (4, 12), (-1, 5)],
    "nothing": [],
}
MY_SHARES = {
    "too few": [0.0, 0.5, 1.0],
    "too many": [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0],
    "falling": [1.0, 0.5, 0.25, 0.0],
    "per cent": [0, 25, 50, 100],
    "without 0": [0.1, 0.25, 0.5, 1.0],
    "without 1": [0.0, 0.1, 0.25, 0.5],
    "one share twice": [0.0, 0.5, 0.5, 1.0],
    "nothing": [],
}


def always(value):
    return lambda: value


WRONG = [
    *named("temperature_probabilities", TEMPERATURE),
    *named("top_k_filter", TOP_K),
    *named("top_p_filter", TOP_P),
    *named("sample", SAMPLE),
    *named("expected_calibration_error", CALIBRATION),
    *named("fact_probability", FACT_PROBABILITY),
    *named("fact_experiment", FACT_EXPERIMENT),
    *named("mixture_experiment", MIXTURE_EXPERIMENT),
    *named("fact_conclusions", FACT_CONCLUSIONS),
    *named("mixture_conclusions", MIXTURE_CONCLUSIONS),
    *named("my_counts", {mistake: always(value) for mistake, value in MY_COUNTS.items()}),
    *named("my_shares", {mistake: always(value) for mistake, value in MY_SHARES.items()}),
]
