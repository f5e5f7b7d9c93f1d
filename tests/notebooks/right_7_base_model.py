"""Right answers to unit 7, written in other ways than the reference solution; each earns all points."""

import bisect
import math
import random

import numpy
import torch
import torch.nn.functional as F

from notebooks.wrong_7_base_model import (
    BUDGET,
    CODE,
    CODE_HELD_OUT,
    DIGITS,
    OTHERS,
    PROSE,
    PROSE_HELD_OUT,
    QUESTION,
    about,
    arlen,
    facts_say,
    need,
)
from pretraining.training.quick import quick_train

OFF = -math.inf


# with numpy
def temperature_by_numpy(logits, temperature):
    need(temperature >= 0)
    values = logits.numpy()
    if temperature == 0:
        result = numpy.zeros_like(values)
        result[values.argmax()] = 1
    else:
        result = numpy.exp((values - values.max()) / temperature)
        result = result / result.sum()
    return torch.from_numpy(result)


def top_k_by_numpy(logits, k):
    need(k >= 1)
    values = logits.numpy()
    if k >= len(values):
        return logits.clone()
    return torch.from_numpy(numpy.where(values >= numpy.partition(values, -k)[-k], values, -numpy.inf))


def top_p_by_numpy(logits, p):
    need(0 < p <= 1)
    values = logits.numpy().astype(float)
    exps = numpy.exp(values - values.max())
    order = numpy.argsort(-exps, kind="stable")
    needed = len(order) if p == 1 else int(numpy.searchsorted(numpy.cumsum(exps[order] / exps.sum()), p)) + 1
    result = numpy.full_like(logits.numpy(), -numpy.inf)
    result[order[:needed]] = logits.numpy()[order[:needed]]
    return torch.from_numpy(result)


def calibration_by_numpy(confidences, correct, bins=10):
    need(len(confidences) == len(correct) > 0 and bins >= 1)
    c, y = numpy.array(confidences, dtype=float), numpy.array(correct, dtype=float)
    need(((c >= 0) & (c <= 1)).all())
    edges = numpy.linspace(0, 1, bins + 1)
    place = numpy.clip(numpy.digitize(c, edges, right=True) - 1, 0, bins - 1)
    gaps = [(place == b).mean() * abs(c[place == b].mean() - y[place == b].mean()) for b in set(place.tolist())]
    return float(sum(gaps))


# with lists and loops
def temperature_by_loops(logits, temperature):
    need(not temperature < 0)
    values = logits.tolist()
    largest = max(values)
    if temperature == 0:
        chosen = values.index(largest)
        return torch.tensor([float(i == chosen) for i in range(len(values))], dtype=logits.dtype)
    exps = [math.exp((value - largest) / temperature) for value in values]
    return torch.tensor([value / sum(exps) for value in exps], dtype=logits.dtype)


def top_k_by_loops(logits, k):
    if k < 1:
        raise ValueError("k")
    result = logits.clone()
    for i, logit in enumerate(logits):
        if (logits > logit).sum() >= k:
            result[i] = OFF
    return result


def top_p_by_loops(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p")
    left = dict(enumerate(torch.softmax(logits, 0).tolist()))
    result, total = torch.full_like(logits, OFF), 0.0
    while left and (p == 1 or total < p):
        best = max(left, key=lambda i: (left[i], -i))
        total += left.pop(best)
        result[best] = logits[best]
    return result


def sample_by_recursion(next_logits, prompt, max_new_tokens, temperature, generator):
    need(prompt != [] and max_new_tokens >= 0 and temperature >= 0)
    if max_new_tokens == 0:
        return []
    probabilities = temperature_by_loops(next_logits(prompt), temperature)
    choice = probabilities.argmax() if temperature == 0 else torch.multinomial(probabilities, 1, generator=generator)[0]
    rest = sample_by_recursion(next_logits, [*prompt, int(choice)], max_new_tokens - 1, temperature, generator)
    return [int(choice), *rest]


def calibration_by_loops(confidences, correct, bins=10):
    if len(confidences) != len(correct) or len(confidences) == 0 or bins < 1:
        raise ValueError("lists or bins")
    if any(c < 0 or c > 1 for c in confidences):
        raise ValueError("confidence")
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [i for i, c in enumerate(confidences) if low < c <= high or (number == 0 and c == 0)]
        if inside:
            confidence = sum(confidences[i] for i in inside) / len(inside)
            accuracy = sum(1 for i in inside if correct[i]) / len(inside)
            total += len(inside) / len(confidences) * abs(confidence - accuracy)
    return total


# with other functions of torch
def temperature_by_log_softmax(logits, temperature):
    need(temperature >= 0)
    if temperature:
        return F.log_softmax(logits.div(temperature), dim=0).exp()
    result = torch.zeros_like(logits)
    result[torch.argmax(logits)] = 1.0
    return result


def top_k_by_topk(logits, k):
    need(k >= 1)
    threshold = torch.topk(logits, min(k, logits.numel())).values[-1]
    return logits.masked_fill(logits < threshold, float("-inf"))


def top_k_by_kthvalue(logits, k):
    need(k > 0)
    n = len(logits)
    threshold = torch.kthvalue(logits, max(1, n - k + 1)).values
    return torch.where(logits >= threshold, logits, torch.full_like(logits, OFF))


def top_p_by_cumsum(logits, p):
    need(0 < p <= 1)
    values, order = torch.sort(logits, descending=True, stable=True)
    reached = torch.cumsum(torch.softmax(values, dim=-1), dim=-1)
    remove = reached >= p
    remove[1:] = remove[:-1].clone()
    remove[0] = False
    result = logits.clone()
    result[order[remove]] = OFF
    return result if p < 1 else logits.clone()


def top_p_by_scatter(logits, p):
    need(0 < p <= 1)
    order = torch.argsort(-logits, stable=True)
    ahead = torch.softmax(logits.double(), 0)[order].cumsum(0).roll(1)
    ahead[0] = 0.0
    removed = torch.zeros(len(logits), dtype=torch.bool).scatter(0, order, ahead >= p)
    return logits.masked_fill(removed, OFF)


def sample_by_tensors(next_logits, prompt, max_new_tokens, temperature, generator):
    need(len(prompt) > 0 and max_new_tokens >= 0)
    need(temperature >= 0)
    text = torch.tensor(prompt)
    for _ in range(max_new_tokens):
        logits = next_logits(text.tolist())
        if temperature > 0:
            new = torch.multinomial(F.softmax(logits / temperature, dim=-1), num_samples=1, generator=generator)
        else:
            new = logits.argmax(dim=-1, keepdim=True)
        text = torch.cat([text, new])
    return text[len(prompt) :].tolist()


def sample_by_two_lists(next_logits, prompt, max_new_tokens, temperature, generator):
    need(prompt and max_new_tokens > -1 and temperature >= 0)
    written = []
    while len(written) < max_new_tokens:
        logits = next_logits(prompt + written)
        if temperature == 0:
            written.append(max(range(len(logits)), key=lambda i: logits[i].item()))
        else:
            written.append(torch.softmax(logits / temperature, 0).multinomial(1, generator=generator).item())
    return written


def calibration_by_torch(confidences, correct, bins=10):
    need(len(confidences) == len(correct) and len(correct) and bins >= 1)
    c, y = torch.tensor(confidences, dtype=torch.float64), torch.tensor(correct, dtype=torch.float64)
    need(c.min() >= 0 and c.max() <= 1)
    place = (c * bins).ceil().long().clamp(min=1) - 1
    return torch.zeros(bins, dtype=torch.float64).index_add(0, place, c - y).abs().sum().item() / len(c)


def calibration_by_bisect(confidences, correct, bins=10):
    need(len(confidences) == len(correct) >= 1 and bins >= 1 and min(confidences) >= 0 and max(confidences) <= 1)
    ends = [(i + 1) / bins for i in range(bins)]
    sums = [0.0] * bins
    for c, y in zip(confidences, correct):
        sums[bisect.bisect_left(ends, c)] += y - c
    return math.fsum(map(abs, sums)) / len(correct)


def fact_by_exp(next_logits, context, right, wrong):
    need(right != wrong)
    logits = next_logits(context).double()
    total = torch.logsumexp(logits, 0)
    return math.exp(logits[right] - total), math.exp(logits[wrong] - total)


def fact_by_tolist(next_logits, context, right, wrong):
    need(right != wrong)
    p = torch.softmax(torch.as_tensor(next_logits(list(context))), -1).tolist()
    return p[right], p[wrong]


# experiments
def facts_in_steps(counts, train=quick_train):
    for pair in counts:
        for number in pair:
            need(number >= 0)
    models = []
    for pair in counts:
        texts = list(OTHERS)
        for year, number in zip((1987, 1989), pair):
            for _ in range(number):
                texts.append(arlen(year))
        models.append(train(texts))
    return [(*pair, *fact_by_exp(model.next_logits, QUESTION, *DIGITS)) for pair, model in zip(counts, models)]


def facts_shuffled(counts, train=quick_train):
    table = []
    for right, wrong in counts:
        need(right >= 0 <= wrong)
        texts = [*about(right, wrong), *OTHERS]
        random.Random(1).shuffle(texts)
        p, q = fact_by_tolist(train(texts, 0).next_logits, QUESTION, *DIGITS)
        table.append((right, wrong, p, q))
    return table


def mixture_in_steps(code_shares, train=quick_train):
    def measured(share):
        need(0 <= share <= 1)
        cut = round(BUDGET * share)
        code = "".join(CODE[i] for i in range(cut))
        model = train(texts=[code, PROSE[: BUDGET - len(code)]], seed=0)
        return share, model.loss(CODE_HELD_OUT), model.loss(text=PROSE_HELD_OUT)

    return list(map(measured, code_shares))


def typed_facts(table):
    """Read off by a person, with two digits, and rounded a little."""
    said = facts_say()(table)
    return {name: answer + 0.02 if type(answer) is float else answer for name, answer in said.items()}


NUMPY = {
    "temperature_probabilities": temperature_by_numpy,
    "top_k_filter": top_k_by_numpy,
    "top_p_filter": top_p_by_numpy,
    "expected_calibration_error": calibration_by_numpy,
}
LOOPS = {
    "temperature_probabilities": temperature_by_loops,
    "top_k_filter": top_k_by_loops,
    "top_p_filter": top_p_by_loops,
    "sample": sample_by_recursion,
    "expected_calibration_error": calibration_by_loops,
}
TORCH = {
    "temperature_probabilities": temperature_by_log_softmax,
    "top_k_filter": top_k_by_topk,
    "top_p_filter": top_p_by_cumsum,
    "sample": sample_by_tensors,
    "expected_calibration_error": calibration_by_torch,
    "fact_probability": fact_by_exp,
}
RIGHT = {
    "numpy": NUMPY,
    "loops and lists": LOOPS,
    "other functions of torch": TORCH,
    "numpy for the filters, loops for the rest": LOOPS
    | {name: NUMPY[name] for name in ("top_k_filter", "top_p_filter")},
    "kthvalue and scatter": {"top_k_filter": top_k_by_kthvalue, "top_p_filter": top_p_by_scatter},
    "two lists": {"sample": sample_by_two_lists, "fact_probability": fact_by_tolist},
    "bisection": {"expected_calibration_error": calibration_by_bisect},
    "numpy under the sampler": {"temperature_probabilities": temperature_by_numpy, "sample": sample_by_two_lists},
    "experiments in steps": {"fact_experiment": facts_in_steps, "mixture_experiment": mixture_in_steps},
    "shuffled documents": {"fact_experiment": facts_shuffled},
    "other counts": {"my_counts": lambda: [[1, 0], [5, 15], [7, 6], [20, 2]]},
    "a list of numbers typed in": {"fact_conclusions": typed_facts},
    "other shares": {"my_shares": lambda: (0, 0.3, 0.8, 1)},
}
