"""Plausible wrong answers to unit 4, each with its mistake named; the notebook's tests must catch them all."""

import math

import torch
import torch.nn.functional as F


def need(condition):
    if not condition:
        raise ValueError("does not fit")


def square(time):
    return torch.ones(time, time, dtype=torch.bool)


CAUSAL_MASK = {
    "transposed": lambda time: square(time).triu(),
    "the diagonal left out": lambda time: square(time).tril(-1),
    "strictly upper": lambda time: square(time).triu(1),
    "True where it may not": lambda time: ~square(time).tril(),
    "one position of the future": lambda time: square(time).tril(1),
    "everything": square,
    "oneself only": lambda time: torch.eye(time, dtype=torch.bool),
    "oneself and the one before only": lambda time: square(time).tril().triu(-1),
    "floats": lambda time: torch.ones(time, time).tril(),
    "whole numbers": lambda time: torch.ones(time, time, dtype=torch.long).tril(),
    "minus infinity to add": lambda time: torch.full((time, time), -math.inf).triu(1),
    "lists": lambda time: square(time).tril().tolist(),
    "a leading dimension": lambda time: square(time).tril()[None],
    "one row only": lambda time: square(time).tril()[-1],
    "mirrored left to right": lambda time: square(time).tril().flip(1),
    "always three positions": lambda time: square(3).tril(),
    "fails for one position": lambda time: need(time > 1) or square(time).tril(),
    "half of it for long windows": lambda time: square(time).tril().triu(-3),
}


def any_row(mask):
    need(mask.dtype == torch.bool and mask.any(-1).all())


def dot(q, k):
    return q @ k.transpose(-2, -1)


def scaled(q, k):
    return dot(q, k) / math.sqrt(q.shape[-1])


def to_weights(scores, mask):
    return scores.masked_fill(~mask, -math.inf).softmax(-1)


def attend(score=scaled, weigh=to_weights, output=lambda w, q, k, v: w @ v, check=any_row, give=lambda o, w: (o, w)):
    """Attention with one thing done differently."""

    def attention(q, k, v, mask):
        check(mask)
        weights = weigh(score(q, k), mask)
        return give(output(weights, q, k, v), weights)

    return attention


def filled(value):
    return lambda scores, mask: scores.masked_fill(~mask, value).softmax(-1)


def by_exp(shift, after=0.0):
    """A softmax of one's own: exp of the shifted scores, divided by their sum."""

    def weigh(scores, mask):
        powers = (scores - shift(scores, mask)).exp() * mask
        return powers / (powers.sum(-1, keepdim=True) + after)

    return weigh


def renormalised(scores, mask):
    weights = scores.softmax(-1) * mask
    return weights / weights.sum(-1, keepdim=True)


def over_queries(scores, mask):
    return scores.masked_fill(~mask, -math.inf).softmax(-2).nan_to_num()


def hidden_largest(scores, mask):
    return scores.amax(-1, keepdim=True)


def always_causal(scores, mask):
    return to_weights(scores, torch.ones_like(mask).tril())


def two_dimensions(q, k):
    return q @ k.t() / math.sqrt(q.shape[-1])


def three_dimensions(q, k):
    return torch.einsum("bqd,bkd->bqk", q, k) / math.sqrt(q.shape[-1])


def sqrt_of(size):
    return attend(score=lambda q, k: dot(q, k) / math.sqrt(size(q)))


def one_position_is_certain(scores, mask):
    weights = F.one_hot(scores.masked_fill(~mask, -math.inf).argmax(-1), len(mask))
    return weights.to(scores.dtype)


ATTENTION = {
    "not scaled": attend(score=dot),
    "divided by the width": attend(score=lambda q, k: dot(q, k) / q.shape[-1]),
    "multiplied by the root": attend(score=lambda q, k: dot(q, k) * math.sqrt(q.shape[-1])),
    "divided by the root of time": sqrt_of(lambda q: q.shape[-2]),
    "divided by the root of the first dimension": sqrt_of(lambda q: q.shape[0]),
    "divided by the root of both dimensions": sqrt_of(lambda q: q.shape[-1] * q.shape[-2]),
    "divided by the root of width + 1": sqrt_of(lambda q: q.shape[-1] + 1),
    "queries and keys swapped": attend(score=lambda q, k: scaled(k, q)),
    "queries with queries": attend(score=lambda q, k: scaled(q, q)),
    "keys not transposed": attend(score=lambda q, k: q @ k / math.sqrt(q.shape[-1])),
    "keys transposed in two dimensions only": attend(score=two_dimensions),
    "three dimensions only": attend(score=three_dimensions),
    "normalised vectors": attend(score=lambda q, k: scaled(F.normalize(q, dim=-1), F.normalize(k, dim=-1))),
    "softmax over the queries": attend(weigh=over_queries),
    "no softmax": attend(weigh=lambda s, m: s * m),
    "sigmoid": attend(weigh=lambda s, m: s.sigmoid() * m),
    "only the largest score": attend(weigh=one_position_is_certain),
    "mask ignored": attend(weigh=lambda s, m: s.softmax(-1)),
    "mask transposed": attend(weigh=lambda s, m: to_weights(s, m.T).nan_to_num()),
    "mask the wrong way round": attend(weigh=lambda s, m: to_weights(s, ~m).nan_to_num()),
    "always causal": attend(weigh=always_causal),
    "mask after softmax": attend(weigh=lambda s, m: s.softmax(-1) * m),
    "mask after softmax, then made to sum to one": attend(weigh=renormalised),
    "masked scores are 0": attend(weigh=filled(0.0)),
    "scores multiplied by the mask": attend(weigh=lambda s, m: (s * m).softmax(-1)),
    "masked scores are -1": attend(weigh=filled(-1.0)),
    "masked scores are -50": attend(weigh=filled(-50.0)),
    "masked scores are -10,000": attend(weigh=filled(-1e4)),
    "10,000 taken away from masked scores": attend(weigh=lambda s, m: (s - 1e4 * ~m).softmax(-1)),
    "masked scores are +infinity": attend(weigh=filled(math.inf)),
    "exp without a shift": attend(weigh=by_exp(lambda s, m: 0.0)),
    "shifted by the mean": attend(weigh=by_exp(lambda s, m: s.mean(-1, keepdim=True))),
    "one maximum for all rows": attend(weigh=by_exp(lambda s, m: s.masked_fill(~m, -math.inf).max())),
    "the largest score may be hidden": attend(weigh=by_exp(hidden_largest)),
    "scores clamped": attend(weigh=lambda s, m: to_weights(s.clamp(-80, 80), m)),
    "scores of one sign clamped": attend(weigh=lambda s, m: by_exp(lambda s, m: 0.0)(s.clamp(max=80), m)),
    "a small number in the divisor": attend(weigh=by_exp(hidden_largest, after=1e-2)),
    "average of the queries": attend(output=lambda w, q, k, v: w @ q),
    "average of the keys": attend(output=lambda w, q, k, v: w @ k),
    "weights transposed": attend(output=lambda w, q, k, v: w.transpose(-2, -1) @ v),
    "values added to the output": attend(output=lambda w, q, k, v: w @ v + v),
    "output scaled too": attend(output=lambda w, q, k, v: w @ v / math.sqrt(v.shape[-1])),
    "weights not returned": attend(give=lambda o, w: o),
    "weights first": attend(give=lambda o, w: (w, o)),
    "scores instead of weights": lambda q, k, v, mask: (attend()(q, k, v, mask)[0], scaled(q, k)),
    "dropout": attend(weigh=lambda s, m: F.dropout(to_weights(s, m), 0.1)),
    "checks nothing": attend(check=lambda mask: None),
    "checks the type only": attend(check=lambda mask: need(mask.dtype == torch.bool)),
    "checks the rows only": attend(
        check=lambda mask: need(mask.bool().any(-1).all()), weigh=lambda s, m: to_weights(s, m.bool())
    ),
    "checks the whole mask instead of each row": attend(
        check=lambda mask: need(mask.dtype == torch.bool and mask.any())
    ),
    "checks the columns instead of the rows": attend(
        check=lambda mask: need(mask.dtype == torch.bool and mask.any(-2).all())
    ),
    "checks the first row only": attend(check=lambda mask: need(mask.dtype == torch.bool and mask[0].any())),
    "allows a mask of whole numbers": attend(
        check=lambda mask: need(not mask.is_floating_point() and mask.bool().any(-1).all()),
        weigh=lambda s, m: to_weights(s, m.bool()),
    ),
    "allows a mask of floats": attend(
        check=lambda mask: need(mask.dtype != torch.long and mask.bool().any(-1).all()),
        weigh=lambda s, m: to_weights(s, m.bool()),
    ),
    "refuses a mask that is not causal": attend(
        check=lambda mask: need(any_row(mask) is None and not mask.triu(1).any())
    ),
}


def mean_square(x, eps):
    return (x.square().mean(-1, keepdim=True) + eps).sqrt()


def norm(divide_by=mean_square, weigh=lambda x, weight: x * weight, before=lambda x: x):
    """A norm with one thing done differently."""
    return lambda x, weight, eps=1e-5: weigh(before(x) / divide_by(before(x), eps), weight)


right_norm = norm()


def centred(x):
    return x - x.mean(-1, keepdim=True)


def default_eps(eps):
    return lambda x, weight, eps=eps: norm()(x, weight, eps)


RMS_NORM = {
    "eps left out": norm(lambda x, eps: mean_square(x, 0)),
    "eps outside the root": norm(lambda x, eps: mean_square(x, 0) + eps),
    "eps outside and squared": norm(lambda x, eps: mean_square(x, 0) + eps**2),
    "eps squared inside": norm(lambda x, eps: mean_square(x, eps**2)),
    "eps added to the features": norm(lambda x, eps: mean_square(x + eps, 0)),
    "eps added before the mean": norm(lambda x, eps: (x.square().sum(-1, keepdim=True) + eps).div(x.shape[-1]).sqrt()),
    "eps as the least divisor": norm(lambda x, eps: mean_square(x, 0).clamp(min=eps)),
    "eps ignored": norm(lambda x, eps: mean_square(x, 1e-5)),
    "eps of 1e-6": default_eps(1e-6),
    "eps of 1e-8": default_eps(1e-8),
    "the mean taken away": norm(before=centred),
    "a layer norm": lambda x, weight, eps=1e-5: F.layer_norm(x, x.shape[-1:], weight, eps=eps),
    "standard deviation": norm(lambda x, eps: (x.var(-1, keepdim=True, unbiased=False) + eps).sqrt()),
    "sum instead of mean": norm(lambda x, eps: (x.square().sum(-1, keepdim=True) + eps).sqrt()),
    "divided by width - 1": norm(lambda x, eps: (x.square().sum(-1, keepdim=True) / (x.shape[-1] - 1) + eps).sqrt()),
    "root left out": norm(lambda x, eps: x.square().mean(-1, keepdim=True) + eps),
    "mean of sizes": norm(lambda x, eps: x.abs().mean(-1, keepdim=True) + eps),
    "square of the mean": norm(lambda x, eps: (x.mean(-1, keepdim=True).square() + eps).sqrt()),
    "largest feature": norm(lambda x, eps: (x.square().amax(-1, keepdim=True) + eps).sqrt()),
    "over all tokens at once": norm(lambda x, eps: (x.square().mean() + eps).sqrt()),
    "over the first dimension": norm(lambda x, eps: (x.square().mean(0, keepdim=True) + eps).sqrt()),
    "dimension not kept": norm(lambda x, eps: (x.square().mean(-1) + eps).sqrt()),
    "multiplied instead of divided": norm(lambda x, eps: 1 / mean_square(x, eps)),
    "weight left out": norm(weigh=lambda x, weight: x),
    "weight plus one": norm(weigh=lambda x, weight: x * (1 + weight)),
    "weight added": norm(weigh=lambda x, weight: x + weight),
    "divided by the weight": norm(weigh=lambda x, weight: x / weight),
    "weight before the norm": lambda x, weight, eps=1e-5: norm()(x * weight, torch.ones_like(weight), eps),
}


def feed_forward(gate=F.silu, join=lambda gate, content: gate * content, out=lambda x, w2: x @ w2.T):
    """SwiGLU with one thing done differently."""
    return lambda x, w1, w2, w3: out(join(gate(x @ w1.T), x @ w3.T), w2)


SWIGLU = {
    "silu on the other branch": lambda x, w1, w2, w3: feed_forward()(x, w3, w2, w1),
    "silu on both branches": feed_forward(join=lambda gate, content: gate * F.silu(content)),
    "silu after the product": feed_forward(gate=lambda z: z, join=lambda gate, content: F.silu(gate * content)),
    "silu left out": feed_forward(gate=lambda z: z),
    "gelu": feed_forward(gate=F.gelu),
    "relu": feed_forward(gate=F.relu),
    "sigmoid only": feed_forward(gate=torch.sigmoid),
    "softplus": feed_forward(gate=F.softplus),
    "tanh": feed_forward(gate=torch.tanh),
    "sigmoid of the opposite": feed_forward(gate=lambda z: z * torch.sigmoid(-z)),
    "sigmoid sharper": feed_forward(gate=lambda z: z * torch.sigmoid(1.702 * z)),
    "added instead of multiplied": feed_forward(join=lambda gate, content: gate + content),
    "content left out": feed_forward(join=lambda gate, content: gate),
    "gate left out": feed_forward(join=lambda gate, content: content),
    "w1 used twice": lambda x, w1, w2, w3: feed_forward()(x, w1, w2, w1),
    "w3 as the way out": lambda x, w1, w2, w3: feed_forward()(x, w1, w3.T, w2.T),
    "w2 left out": feed_forward(out=lambda x, w2: x),
    "w2 transposed": feed_forward(out=lambda x, w2: x @ w2),
    "w1 and w3 transposed": lambda x, w1, w2, w3: feed_forward()(x, w1.T, w2, w3.T),
    "all transposed": lambda x, w1, w2, w3: feed_forward()(x, w1.T, w2.T, w3.T),
    "residual added": lambda x, w1, w2, w3: x + feed_forward()(x, w1, w2, w3),
    "zeros where there are not two dimensions": lambda x, w1, w2, w3: (
        feed_forward()(x, w1, w2, w3) if x.ndim == 2 else x * 0
    ),
}


def turn(
    speed=lambda i, width, theta: theta ** (-2 * i / width),
    position=lambda positions: positions,
    mix=lambda a, b, cos, sin: (a * cos - b * sin, a * sin + b * cos),
    split=lambda x: (x[..., 0::2], x[..., 1::2]),
    join=lambda a, b: torch.stack((a, b), -1).flatten(-2),
    check=lambda x, positions: x.shape[-1] % 2 == 0 and len(positions) == x.shape[-2],
    counted=lambda pairs: torch.arange(pairs),
):
    """RoPE with one thing done differently."""

    def rotate(x, positions, theta=10_000.0):
        need(check(x, positions))
        angles = position(positions)[:, None] * speed(counted(x.shape[-1] // 2), x.shape[-1], theta)
        return join(*mix(*split(x), angles.cos(), angles.sin()))

    return rotate


def halves(x):
    return x.chunk(2, -1)


def positions_from_the_start(x, positions, theta=10_000.0):
    return turn()(x, torch.arange(x.shape[-2]) + 0 * positions, theta)


def along_the_first_dimension(x, positions, theta=10_000.0):
    if x.ndim == 2:
        return turn()(x, positions, theta)
    return turn(check=lambda x, p: x.shape[-1] % 2 == 0)(x.transpose(0, -2), positions, theta).transpose(0, -2)


def in_place(x, positions, theta=10_000.0):
    """Reads the first of a pair after it was overwritten."""
    need(x.shape[-1] % 2 == 0 and len(positions) == x.shape[-2])
    angles = positions[:, None] * theta ** (-2 * torch.arange(x.shape[-1] // 2) / x.shape[-1])
    x[..., 0::2] = x[..., 0::2] * angles.cos() - x[..., 1::2] * angles.sin()
    x[..., 1::2] = x[..., 0::2] * angles.sin() + x[..., 1::2] * angles.cos()
    return x


ROTATE = {
    "halves instead of neighbours": turn(split=halves, join=lambda a, b: torch.cat((a, b), -1)),
    "neighbours taken apart": turn(join=lambda a, b: torch.cat((a, b), -1)),
    "halves shuffled together": turn(split=halves),
    "negative angle": turn(mix=lambda a, b, cos, sin: (a * cos + b * sin, b * cos - a * sin)),
    "cosine and sine swapped": turn(mix=lambda a, b, cos, sin: (a * sin - b * cos, a * cos + b * sin)),
    "mirrored": turn(mix=lambda a, b, cos, sin: (a * cos + b * sin, a * sin - b * cos)),
    "both signs plus": turn(mix=lambda a, b, cos, sin: (a * cos + b * sin, a * sin + b * cos)),
    "only the cosine": turn(mix=lambda a, b, cos, sin: (a * cos, b * cos)),
    "second feature not turned": turn(mix=lambda a, b, cos, sin: (a * cos - b * sin, b)),
    "the pair exchanged": turn(mix=lambda a, b, cos, sin: (a * sin + b * cos, a * cos - b * sin)),
    "first feature overwritten too early": in_place,
    "not turned": lambda x, positions, theta=10_000.0: turn(position=lambda p: p * 0)(x, positions, theta),
    "exponent i instead of 2i": turn(speed=lambda i, width, theta: theta ** (-i / width)),
    "exponent 2i over half the width": turn(speed=lambda i, width, theta: theta ** (-4 * i / width)),
    "exponent 2i over the last pair": turn(speed=lambda i, width, theta: theta ** (-2 * i / max(1, width - 2))),
    "exponent not divided by the width": turn(speed=lambda i, width, theta: theta ** (-2.0 * i)),
    "exponent positive": turn(speed=lambda i, width, theta: theta ** (2 * i / width)),
    "pairs counted from one": turn(counted=lambda pairs: torch.arange(1, pairs + 1)),
    "pairs counted backwards": turn(counted=lambda pairs: torch.arange(pairs).flip(0)),
    "all pairs turn alike": turn(speed=lambda i, width, theta: theta ** (0 * i / width)),
    "only the first pair turns": turn(speed=lambda i, width, theta: (i == 0) * 1.0),
    "theta always 10,000": turn(speed=lambda i, width, theta: 10_000.0 ** (-2 * i / width)),
    "theta of 500,000": lambda x, positions, theta=500_000.0: turn()(x, positions, theta),
    "divided by theta": turn(speed=lambda i, width, theta: 1 / theta + 0 * i),
    "positions ignored": positions_from_the_start,
    "positions from one": turn(position=lambda positions: positions + 1),
    "positions from the first one on": turn(position=lambda positions: positions - positions[0]),
    "positions sorted": turn(position=lambda positions: positions.sort().values),
    "positions reversed": turn(position=lambda positions: positions.flip(0)),
    "positions rounded": turn(position=lambda positions: positions.long()),
    "degrees": turn(position=lambda positions: positions * math.pi / 180),
    "whole turns": turn(position=lambda positions: positions * 2 * math.pi),
    "along the first dimension": along_the_first_dimension,
    "checks nothing": turn(check=lambda x, positions: True),
    "checks the width only": turn(check=lambda x, positions: x.shape[-1] % 2 == 0),
    "checks the positions only": turn(check=lambda x, positions: len(positions) == x.shape[-2]),
    "drops the odd feature": turn(
        check=lambda x, positions: len(positions) == x.shape[-2], split=lambda x: (x[..., :-1:2], x[..., 1::2])
    ),
    "checks against the first dimension": turn(
        check=lambda x, positions: x.shape[-1] % 2 == 0 and len(positions) == x.shape[0]
    ),
    "allows one position for all rows": turn(
        check=lambda x, positions: x.shape[-1] % 2 == 0 and len(positions) in (1, x.shape[-2])
    ),
    "allows too many positions": turn(
        check=lambda x, positions: x.shape[-1] % 2 == 0 and len(positions) >= x.shape[-2],
        position=lambda positions: positions,
    ),
}


def fits(width, heads):
    return heads >= 1 and width % heads == 0 and width // heads % 2 == 0


def split_heads(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def merge_heads(x):
    return x.transpose(1, 2).flatten(-2)


def turned(x):
    return turn()(x, torch.arange(x.shape[-2]))


def turned_if_even(x):
    return x if x.shape[-1] % 2 else turned(x)


def gather(q, k, v):
    return attend()(q, k, v, square(q.shape[-2]).tril())[0]


def project(weights, name):
    return lambda x: x @ weights[f"attn.{name}_proj.weight"].T


def block(
    norms=(right_norm, right_norm),
    names=("ln1.weight", "ln2.weight"),
    split=split_heads,
    merge=merge_heads,
    turn_q=turned,
    turn_k=turned,
    turn_v=lambda v: v,
    attention=gather,
    order="qkv",
    out=lambda x, weights: project(weights, "output")(x),
    think=lambda x, w1, w2, w3: feed_forward()(x, w1, w2, w3),
    stream=lambda x, read, attended: x + attended,
    result=lambda x, stream, read, thought: stream + thought,
    reads=lambda x, stream: stream,
    one_head=False,
    check=fits,
):
    """A block with one thing done differently."""

    def transformer_block(x, weights, heads):
        need(check(x.shape[-1], heads))
        read = norms[0](x, weights[names[0]])
        q, k, v = (split(project(weights, name)(read), 1 if one_head else heads) for name in order)
        gathered = merge(attention(turn_q(q), turn_k(k), turn_v(v)))
        after = stream(x, read, out(gathered, weights))
        again = norms[1](reads(x, after), weights[names[1]])
        return result(x, after, again, think(again, *(weights[f"ffn.w{i}.weight"] for i in (1, 2, 3))))

    return transformer_block


def no_norm(x, weight):
    return x


def post_norm(x, weights, heads):
    need(fits(x.shape[-1], heads))
    q, k, v = (split_heads(project(weights, name)(x), heads) for name in "qkv")
    x = norm()(x + project(weights, "output")(merge_heads(gather(turned(q), turned(k), v))), weights["ln1.weight"])
    thought = feed_forward()(x, *(weights[f"ffn.w{i}.weight"] for i in (1, 2, 3)))
    return norm()(x + thought, weights["ln2.weight"])


def feed_forward_first(x, weights, heads):
    need(fits(x.shape[-1], heads))
    x = x + feed_forward()(norm()(x, weights["ln2.weight"]), *(weights[f"ffn.w{i}.weight"] for i in (1, 2, 3)))
    silent = {**weights, "ffn.w2.weight": torch.zeros_like(weights["ffn.w2.weight"])}
    return block()(x, silent, heads)


def with_mask(mask):
    return lambda q, k, v: attend(check=lambda mask: None)(q, k, v, mask(q.shape[-2]))[0].nan_to_num()


def scaled_by_the_full_width(q, k, v):
    return gather(q / math.sqrt(q.shape[1]), k, v)


def turned_before_the_cut(x, weights, heads):
    """Rotates all features at once, so that later heads turn more slowly."""
    need(fits(x.shape[-1], heads))
    read = norm()(x, weights["ln1.weight"])
    q, k, v = (project(weights, name)(read) for name in "qkv")
    q, k, v = (split_heads(part, heads) for part in (turned(q), turned(k), v))
    x = x + project(weights, "output")(merge_heads(gather(q, k, v)))
    thought = feed_forward()(norm()(x, weights["ln2.weight"]), *(weights[f"ffn.w{i}.weight"] for i in (1, 2, 3)))
    return x + thought


def transposed_matrices(x, weights, heads):
    return block()(x, {n: w.T if n.startswith("attn") else w for n, w in weights.items()}, heads)


def first_of_the_batch(x, weights, heads):
    return block()(x[:1], weights, heads).expand(x.shape)


def last_position_only(x, weights, heads):
    return block()(x, weights, heads)[:, -1:]


BLOCK = {
    "first residual left out": block(stream=lambda x, read, attended: attended),
    "second residual left out": block(result=lambda x, stream, read, thought: thought),
    "both residuals left out": block(
        stream=lambda x, read, attended: attended, result=lambda x, stream, read, thought: thought
    ),
    "second residual from the input": block(result=lambda x, stream, read, thought: x + thought),
    "normalised copy as the first residual": block(stream=lambda x, read, attended: read + attended),
    "normalised copy as the second residual": block(result=lambda x, stream, read, thought: read + thought),
    "both halves read the input": block(reads=lambda x, stream: x),
    "attention left out": block(stream=lambda x, read, attended: x),
    "feed-forward left out": block(result=lambda x, stream, read, thought: stream),
    "feed-forward first": feed_forward_first,
    "first norm left out": block(norms=(no_norm, right_norm)),
    "second norm left out": block(norms=(right_norm, no_norm)),
    "both norms left out": block(norms=(no_norm, no_norm)),
    "norms after the layers": post_norm,
    "second norm with the first weight": block(names=("ln1.weight", "ln1.weight")),
    "first norm with the second weight": block(names=("ln2.weight", "ln2.weight")),
    "norms exchanged": block(names=("ln2.weight", "ln1.weight")),
    "norms without weights": block(norms=(lambda x, w: norm()(x, w * 0 + 1), lambda x, w: norm()(x, w * 0 + 1))),
    "layer norms": block(norms=[lambda x, w: F.layer_norm(x, x.shape[-1:], w)] * 2),
    "eps of 1e-6 in the first norm": block(norms=(default_eps(1e-6), right_norm)),
    "eps of 1e-6 in the second norm": block(norms=(right_norm, default_eps(1e-6))),
    "a third norm at the end": lambda x, weights, heads: norm()(block()(x, weights, heads), weights["ln2.weight"]),
    "one head only": block(one_head=True),
    "heads interleaved": block(
        split=lambda x, heads: x.unflatten(-1, (-1, heads)).permute(0, 3, 1, 2),
        merge=lambda x: x.permute(0, 2, 3, 1).flatten(-2),
    ),
    "heads cut without a transposition": block(
        split=lambda x, heads: x.reshape(len(x), heads, x.shape[1], -1), merge=lambda x: merge_heads(x)
    ),
    "heads merged without a transposition": block(
        merge=lambda x: x.reshape(len(x), x.shape[2], -1),
    ),
    "heads merged interleaved": block(merge=lambda x: x.permute(0, 2, 3, 1).flatten(-2)),
    "heads in reverse order": block(merge=lambda x: merge_heads(x.flip(1))),
    "first head only": block(merge=lambda x: merge_heads(x[:, :1].expand(x.shape))),
    "heads averaged": block(merge=lambda x: merge_heads(x.mean(1, keepdim=True).expand(x.shape))),
    "attention across the heads": block(
        split=lambda x, heads: x.unflatten(-1, (heads, -1)), merge=lambda x: x.flatten(-2)
    ),
    "scaled once more for the heads": block(attention=scaled_by_the_full_width),
    "rotated before the heads are cut": turned_before_the_cut,
    "values rotated too": block(turn_v=turned),
    "queries rotated only": block(turn_k=lambda k: k),
    "keys rotated only": block(turn_q=lambda q: q),
    "nothing rotated": block(turn_q=lambda q: q, turn_k=lambda k: k),
    "keys rotated the other way": block(turn_k=lambda k: turn()(k, -torch.arange(k.shape[-2]))),
    "keys one position later": block(turn_k=lambda k: turn()(k, torch.arange(k.shape[-2]) + 1)),
    "theta of 500,000": block(
        turn_q=lambda q: turn()(q, torch.arange(q.shape[-2]), 500_000.0),
        turn_k=lambda k: turn()(k, torch.arange(k.shape[-2]), 500_000.0),
    ),
    "not causal": block(attention=with_mask(square)),
    "mask transposed": block(attention=with_mask(lambda time: square(time).triu())),
    "oneself masked": block(attention=with_mask(lambda time: square(time).tril(-1))),
    "one position of the future": block(attention=with_mask(lambda time: square(time).tril(1))),
    "not scaled": block(attention=lambda q, k, v: attend(score=dot)(q, k, v, square(q.shape[-2]).tril())[0]),
    "queries and keys exchanged": block(order="kqv"),
    "keys as values": block(order="qkk"),
    "values as keys": block(order="qvv"),
    "output projection left out": block(out=lambda x, weights: x),
    "output projection transposed": block(out=lambda x, weights: x @ weights["attn.output_proj.weight"]),
    "attention matrices transposed": transposed_matrices,
    "w1 and w3 exchanged": block(think=lambda x, w1, w2, w3: feed_forward()(x, w3, w2, w1)),
    "relu": block(think=feed_forward(gate=F.relu)),
    "no gate": block(think=feed_forward(join=lambda gate, content: gate)),
    "dropout": lambda x, weights, heads: F.dropout(block()(x, weights, heads), 0.1),
    "first of the batch only": first_of_the_batch,
    "last position only": last_position_only,
    "checks nothing": block(check=lambda width, heads: True),
    "allows a remainder": block(
        split=lambda x, heads: split_heads(x[..., : x.shape[-1] // heads * heads], heads),
        check=lambda width, heads: heads >= 1 and width // heads % 2 == 0,
    ),
    "checks the remainder only": block(
        turn_q=turned_if_even, turn_k=turned_if_even, check=lambda width, heads: heads != 0 and width % heads == 0
    ),
    "allows heads of an odd width": block(
        turn_q=turned_if_even, turn_k=turned_if_even, check=lambda width, heads: heads >= 1 and width % heads == 0
    ),
    "allows no heads": block(check=lambda width, heads: heads == 0 or fits(width, heads)),
    "makes one head of too few": lambda x, weights, heads: block()(x, weights, max(1, heads)),
    "allows more heads than features": lambda x, weights, heads: block()(x, weights, min(heads, x.shape[-1] // 2)),
    "allows negative heads": lambda x, weights, heads: block()(x, weights, abs(heads)),
}


def count(
    embeddings=lambda v, d: 2 * v * d,
    attention=lambda d: 4 * d * d,
    thinking=lambda d, f: 3 * d * f,
    norms=lambda d: 2 * d,
    last=lambda d: d,
    blocks=lambda layers: layers,
):
    """A count with one thing counted differently."""

    def count_parameters(vocab_size, width, layers, ff_width):
        each = attention(width) + thinking(width, ff_width) + norms(width)
        return embeddings(vocab_size, width) + blocks(layers) * each + last(width)

    return count_parameters


def positions_learned(vocab_size, width, layers, ff_width):
    return count()(vocab_size, width, layers, ff_width) + 1024 * width


COUNT = {
    "tied head": count(embeddings=lambda v, d: v * d),
    "bias in the head": count(embeddings=lambda v, d: 2 * v * d + v),
    "embeddings without their width": count(embeddings=lambda v, d: v + v * d),
    "three matrices in attention": count(attention=lambda d: 3 * d * d),
    "one matrix in attention": count(attention=lambda d: d * d),
    "biases in attention": count(attention=lambda d: 4 * (d * d + d)),
    "attention not squared": count(attention=lambda d: 4 * d),
    "two matrices in the feed-forward layer": count(thinking=lambda d, f: 2 * d * f),
    "biases in the feed-forward layer": count(thinking=lambda d, f: 3 * d * f + 2 * f + d),
    "feed-forward of four times the width": count(thinking=lambda d, f: 3 * d * 4 * d),
    "square feed-forward matrices": count(thinking=lambda d, f: 3 * f * f),
    "one norm in a block": count(norms=lambda d: d),
    "no norm in a block": count(norms=lambda d: 0),
    "norms with biases": count(norms=lambda d: 4 * d, last=lambda d: 2 * d),
    "norms of one number": count(norms=lambda d: 2, last=lambda d: 1),
    "last norm forgotten": count(last=lambda d: 0),
    "last norm in every block": count(norms=lambda d: 3 * d, last=lambda d: 0),
    "one block only": count(blocks=lambda layers: 1),
    "blocks share their weights after the first": count(blocks=lambda layers: min(layers, 2)),
    "layers and one more": count(blocks=lambda layers: layers + 1),
    "learned positions": positions_learned,
    "in millions": lambda vocab_size, width, layers, ff_width: count()(vocab_size, width, layers, ff_width) / 1e6,
    "memory in bytes": lambda vocab_size, width, layers, ff_width: 4 * count()(vocab_size, width, layers, ff_width),
}


def named(function, answers):
    """`(function, mistake, answer)` for each; keyword names are those of the contract."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


WRONG = [
    *named("causal_mask", CAUSAL_MASK),
    *named("attention", ATTENTION),
    *named("rms_norm", RMS_NORM),
    *named("swiglu", SWIGLU),
    *named("rotate", ROTATE),
    *named("transformer_block", BLOCK),
    *named("count_parameters", COUNT),
]
