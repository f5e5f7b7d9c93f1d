"""What the library has under the contracts of the graded notebooks: an independent solution of each unit.

The library's functions serve more purposes, so some need an adapter; what a learner alone writes is left out.
"""

import warnings
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch.func import functional_call

from pretraining import base, generate, model, probes, recap, targets, tokens, training
from pretraining.measure import uniform_loss
from pretraining.scale import costs, laws
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


def attention(q, k, v, mask):
    """The library leaves attention to torch; values that are a unit matrix bring the weights to light."""
    if mask.dtype != torch.bool or not mask.any(-1).all():
        raise ValueError("the mask must be boolean and allow every position something")
    unit = torch.eye(q.shape[-2]).expand(*q.shape[:-1], -1)
    return tuple(F.scaled_dot_product_attention(q, k, values, attn_mask=mask) for values in (v, unit))


def causal_mask(time):
    zeros = torch.zeros(time, 2)
    return F.scaled_dot_product_attention(zeros, zeros, torch.eye(time), is_causal=True) > 0


def rms_norm(x, weight, eps=model.NORM_EPS):
    """The library's eps is fixed: a larger input is a smaller eps."""
    return functional_call(model.RMSNorm(len(weight)), {"weight": weight}, x * (model.NORM_EPS / eps) ** 0.5)


def swiglu(x, w1, w2, w3):
    layer = model.SwiGLU(SimpleNamespace(width=x.shape[-1], ff_width=len(w1)))
    return functional_call(layer, {"w1.weight": w1, "w2.weight": w2, "w3.weight": w3}, x)


def rotate(x, positions, theta=model.ROPE_THETA):
    """The library's table of angles has whole positions and one theta."""
    if x.shape[-1] % 2 or x.shape[-2:-1] != positions.shape:
        raise ValueError("the width must be even, with a position for each row")
    angles = torch.outer(positions.double(), theta ** (-torch.arange(0, x.shape[-1], 2) / x.shape[-1]).double())
    return model.rotate(x, angles.cos().to(x.dtype), angles.sin().to(x.dtype))


def transformer_block(x, weights, heads):
    config = model.ModelConfig(vocab_size=1, heads=heads, width=x.shape[-1], ff_width=len(weights["ffn.w1.weight"]))
    return functional_call(model.Block(config), weights, x)


def count_parameters(vocab_size, width, layers, ff_width):
    config = model.ModelConfig(vocab_size=vocab_size, width=width, layers=layers, ff_width=ff_width, heads=1)
    return sum(model.parameter_budget(config).values())


def learning_rate(step, peak, floor, warmup_steps, total_steps):
    """The library's settings are checked where a run starts, not here."""
    if not 0 <= warmup_steps <= total_steps:
        raise ValueError("the warm-up does not fit the run")
    return training.learning_rate(step, peak, floor, warmup_steps, total_steps)


def clip_gradients(parameters, max_norm):
    """The library clips with torch, which also takes a length of 0."""
    if max_norm <= 0:
        raise ValueError("max_norm must be above 0")
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm).item()


def train(network, stream, steps, block_size, batch_size, peak_learning_rate, seed):
    """The library's block size is the model's."""
    if block_size < 1:
        raise ValueError("block_size must be at least 1")
    settings = training.TrainingSettings(
        steps=steps,
        batch_size=batch_size,
        learning_rate=peak_learning_rate,
        warmup_steps=5,
        optimizer="adamw",
        precision="float32",
        seed=seed,
    )
    trainer = training.Trainer(network, stream, stream, settings)
    return [trainer.train_step().loss for _ in range(steps)]


def temperature_probabilities(logits, temperature):
    """The library computes in float64."""
    return generate.next_token_probabilities(logits, temperature).to(logits.dtype)


def sample(next_logits, prompt, max_new_tokens, temperature, generator):
    """The library samples from a transformer, and draws at a temperature of 0, too."""
    if not prompt or max_new_tokens < 0:
        raise ValueError("there must be a prompt, and a number of tokens")
    tokens = list(prompt)
    generate.next_token_probabilities(torch.zeros(2), temperature)
    for _ in range(max_new_tokens):
        probabilities = temperature_probabilities(next_logits(tokens), temperature)
        own = generator if temperature else None
        tokens.append(int(torch.multinomial(probabilities, 1, generator=own)))
    return tokens[len(prompt) :]


def fit_power_law(x, y):
    """The library asks for three points; counting each point twice leaves the line where it is."""
    law = laws.fit_power_law([*x, *x], [*y, *y])  # which also refuses different lengths
    return law.a, law.b


def share_passed(kind, name):
    """The library scores probes by itself; here on the models of the solution's seed."""
    _, corpus = recap._text()
    return probes.score_probes(recap.own_run(8).model(name), corpus.tokenizer, recap._probes()[kind])


def can_and_cannot():
    asked = {"before": ("word order", "untrained"), "after": ("word order", "base"), "answers": ("answers", "base")}
    return {name: share_passed(*what) for name, what in asked.items()}


def loop_at_work():
    losses = torch.tensor(recap.own_run(8).step_losses, dtype=torch.float64)
    blind = uniform_loss(recap.VOCAB_SIZE)
    turns = 1 + int((losses < blind / 2).nonzero()[0])
    return {"blind": blind, "first": losses[0].item(), "last": losses[-10:].mean().item(), "turns": turns}


def before_and_after():
    return {kind: [share_passed(kind, name) for name in ("base", "fine-tuned")] for kind in ("facts", "answers")}


def two_years():
    """The library scores whole continuations, by their logarithms."""
    pairs = [("The Old Bridge opened in", f" {year}") for year in (1989, 1987)]
    tokenizer = recap._text()[1].tokenizer
    right, wrong = probes.continuation_scores(recap.own_run(8).model(), tokenizer, pairs).double().exp().tolist()
    return {"1989": right, "1987": wrong, "wrong": wrong / (right + wrong)}


def more_code():
    """The trainer measures held-out text, too."""

    def loss(mixture, domain):
        heldout = recap._text_by_domain()[1][domain].heldout
        settings = training.TrainingSettings(evaluation_tokens=recap.TESTED_TOKENS, precision="float32")
        return training.Trainer(recap._mixed(8, mixture), heldout, heldout, settings).evaluate().loss

    gain, price = (
        loss(much, domain) - loss(little, domain)
        for domain, much, little in (("code", "little code", "much code"), ("prose", "much code", "little code"))
    )
    return {"gain on code": gain, "price on prose": price}


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
    "4-model": {
        "causal_mask": causal_mask,
        "attention": attention,
        "rms_norm": rms_norm,
        "swiglu": swiglu,
        "rotate": rotate,
        "transformer_block": transformer_block,
        "count_parameters": count_parameters,
    },
    "5-training": {"learning_rate": learning_rate, "clip_gradients": clip_gradients, "train": train},
    "6-scale": {
        "training_flops": costs.training_flops,
        "gpu_hours": costs.gpu_hours,
        "utilization": costs.utilization,
        "training_cost": costs.training_cost,
        "training_days": costs.training_days,
        "fit_power_law": fit_power_law,
        "compute_optimal": laws.compute_optimal,
    },
    "7-base-model": {
        "temperature_probabilities": temperature_probabilities,
        "top_k_filter": generate.top_k_filter,
        "top_p_filter": generate.top_p_filter,
        "sample": sample,
        "expected_calibration_error": base.expected_calibration_error,
    },
    "8-check-your-understanding": {
        "can_and_cannot": can_and_cannot,
        "loop_at_work": loop_at_work,
        "before_and_after": before_and_after,
        "two_years": two_years,
        "more_code": more_code,
    },
}
