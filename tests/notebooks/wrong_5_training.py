"""Plausible wrong answers to unit 5, each with its mistake named; the notebook's tests must catch them all."""

import math

import torch
import torch.nn.functional as F

from pretraining.targets import sample_batch


def need(condition):
    if not condition:
        raise ValueError("does not fit")


def difference(up, down, at, eps):
    return (up - down) / (2 * eps)


def slope(
    formula=difference, put=lambda result, w: result, back=True, check=lambda eps: eps > 0, only=lambda w: w.numel()
):
    """A measured gradient with one thing done differently; it moves the weights themselves."""

    def numerical_gradient(loss_fn, weights, eps):
        need(check(eps))
        flat, result, at = weights.view(-1), torch.zeros_like(weights), float(loss_fn(weights))
        for i in range(only(weights)):
            old = flat[i].item()
            flat[i] = old + eps
            up = float(loss_fn(weights))
            flat[i] = old - eps
            down = float(loss_fn(weights))
            if back:
                flat[i] = old
            result.view(-1)[i] = formula(up, down, at, eps)
        return put(result, weights)

    return numerical_gradient


def all_weights_at_once(loss_fn, weights, eps):
    need(eps > 0)
    return torch.full_like(weights, float(loss_fn(weights + eps) - loss_fn(weights - eps)) / (2 * eps))


def eps_always(fixed):
    def numerical_gradient(loss_fn, weights, eps):
        need(eps > 0)
        return slope()(loss_fn, weights, fixed)

    return numerical_gradient


def vectors_only(loss_fn, weights, eps):
    need(eps > 0)
    steps = [eps * row for row in torch.eye(len(weights), dtype=weights.dtype)]
    return torch.stack([torch.as_tensor(loss_fn(weights + s) - loss_fn(weights - s)) / (2 * eps) for s in steps])


def rows_at_once(loss_fn, weights, eps):
    """Moves a whole row of a matrix, and of anything with more dimensions."""
    need(eps > 0)
    result = torch.zeros_like(weights)
    for i in range(len(weights) if weights.ndim else 1):
        step = torch.zeros_like(weights)
        step[i if weights.ndim else ()] = eps
        result[i if weights.ndim else ()] = float(loss_fn(weights + step) - loss_fn(weights - step)) / (2 * eps)
    return result


def tensor_losses_only(loss_fn, weights, eps):
    loss_fn(weights).item()
    return slope()(loss_fn, weights, eps)


def moved_by_a_share(loss_fn, weights, eps):
    need(eps > 0)
    result = torch.zeros_like(weights)
    for i in range(weights.numel()):
        step = torch.zeros_like(weights)
        step.view(-1)[i] = eps * weights.view(-1)[i].abs()
        result.view(-1)[i] = float(loss_fn(weights + step) - loss_fn(weights - step)) / (2 * eps)
    return result


def by_backpropagation(loss_fn, weights, eps):
    need(eps > 0)
    own = weights.clone().requires_grad_()
    return torch.autograd.grad(torch.as_tensor(loss_fn(own)), own)[0]


def last_one_not_put_back(loss_fn, weights, eps):
    result = slope()(loss_fn, weights, eps)
    weights.view(-1)[-1] -= eps
    return result


NUMERICAL_GRADIENT = {
    "one-sided, forward": slope(lambda up, down, at, eps: (up - at) / eps),
    "one-sided, backward": slope(lambda up, down, at, eps: (at - down) / eps),
    "factor 2 left out": slope(lambda up, down, at, eps: (up - down) / eps),
    "not divided": slope(lambda up, down, at, eps: up - down),
    "divided by eps squared": slope(lambda up, down, at, eps: (up - down) / eps**2),
    "half of eps": slope(lambda up, down, at, eps: (up - down) / 2 * eps),
    "sign turned": slope(lambda up, down, at, eps: (down - up) / (2 * eps)),
    "absolute values": slope(lambda up, down, at, eps: abs(up - down) / (2 * eps)),
    "second derivative": slope(lambda up, down, at, eps: (up - 2 * at + down) / eps**2),
    "weights not put back": slope(back=False),
    "the last weight not put back": last_one_not_put_back,
    "all weights at once": all_weights_at_once,
    "a row at once": rows_at_once,
    "eps always 1e-4": eps_always(1e-4),
    "eps always 0.1": eps_always(0.1),
    "eps as a share of the weight": moved_by_a_share,
    "backpropagation instead of trying": by_backpropagation,
    "flattened": slope(put=lambda result, w: result.flatten()),
    "transposed order": slope(put=lambda result, w: result.flatten().flip(0).reshape(w.shape)),
    "the sum of all slopes": slope(put=lambda result, w: result.sum()),
    "a list": slope(put=lambda result, w: result.tolist()),
    "only the first row": slope(only=lambda w: w.shape[-1] if w.ndim else 1),
    "only as many as there are rows": slope(only=lambda w: len(w) if w.ndim else 1),
    "vectors only": vectors_only,
    "tensor losses only": tensor_losses_only,
    "a single number becomes a vector": slope(put=lambda result, w: result if w.ndim else result[None]),
    "checks nothing": slope(check=lambda eps: True),
    "refuses 0 only": slope(check=lambda eps: eps != 0),
    "allows 0": slope(check=lambda eps: eps >= 0),
    "checks in the loop over rows": lambda f, w, eps: slope(check=lambda eps: w.ndim == 0 or eps > 0)(f, w, eps),
}


def in_place(weights, gradient, learning_rate):
    weights -= learning_rate * gradient
    return weights


def gradient_overwritten(weights, gradient, learning_rate):
    return weights - gradient.mul_(learning_rate)


NUDGE = {
    "uphill": lambda w, g, learning_rate: w + learning_rate * g,
    "in place": in_place,
    "the gradient overwritten": gradient_overwritten,
    "learning rate forgotten": lambda w, g, learning_rate: w - g,
    "only the move": lambda w, g, learning_rate: -learning_rate * g,
    "only the sign of the gradient": lambda w, g, learning_rate: w - learning_rate * g.sign(),
    "gradient of length 1": lambda w, g, learning_rate: w - learning_rate * g / (g.norm() + 1e-9),
    "divided by the rate": lambda w, g, learning_rate: w - g / max(learning_rate, 1e-9),
    "weights scaled too": lambda w, g, learning_rate: learning_rate * (w - g),
    "gradient squared": lambda w, g, learning_rate: w - learning_rate * g * g.abs(),
    "mean of the gradient": lambda w, g, learning_rate: w - learning_rate * g.mean(),
    "rate at most 1": lambda w, g, learning_rate: w - min(learning_rate, 1.0) * g,
    "rate at least 0.01": lambda w, g, learning_rate: w - max(learning_rate, 0.01) * g,
    "stops at zero": lambda w, g, learning_rate: (w - learning_rate * g).clamp(min=0),
    "a list": lambda w, g, learning_rate: (w - learning_rate * g).tolist(),
    "nothing returned": lambda w, g, learning_rate: None,
    "only the first row": lambda w, g, learning_rate: torch.cat([(w - learning_rate * g)[:1], w[1:]]) if w.ndim else w,
    "vectors only": lambda w, g, learning_rate: torch.stack([a - learning_rate * b for a, b in zip(w, g)]),
}


def mean_loss(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def step(
    loss_of=mean_loss,
    before=lambda optimizer: optimizer.zero_grad(),
    after=lambda optimizer: None,
    move=lambda model, optimizer: optimizer.step(),
    give=lambda loss, again: loss.item(),
):
    """A training step with one thing done differently."""

    def training_step(model, inputs, targets, optimizer):
        loss = loss_of(model(inputs), targets)
        before(optimizer)
        loss.backward()
        after(optimizer)
        move(model, optimizer)
        return give(loss, lambda: mean_loss(model(inputs), targets).item())

    return training_step


def step_before_backward(model, inputs, targets, optimizer):
    optimizer.zero_grad()
    loss = mean_loss(model(inputs), targets)
    optimizer.step()
    loss.backward()
    return loss.item()


def step_with_the_gradients_of_before(model, inputs, targets, optimizer):
    loss = mean_loss(model(inputs), targets)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


def plain_descent(model, optimizer):
    with torch.no_grad():
        for weight in model.parameters():
            weight -= optimizer.param_groups[0]["lr"] * weight.grad


def twice(model, optimizer):
    optimizer.step()
    optimizer.step()


def each(logits, targets, reduction="mean"):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction=reduction)


def no_update(model, inputs, targets, optimizer):
    return mean_loss(model(inputs), targets).item()


TRAINING_STEP = {
    "gradients not zeroed": step(before=lambda optimizer: None),
    "zeroed after backward": step(before=lambda optimizer: None, after=lambda optimizer: optimizer.zero_grad()),
    "zeroed only after the step": step(before=lambda optimizer: None, move=lambda model, o: (o.step(), o.zero_grad())),
    "step before backward": step_before_backward,
    "step with the gradients of before": step_with_the_gradients_of_before,
    "no update": no_update,
    "no step of the optimizer": step(move=lambda model, optimizer: None),
    "two steps": step(move=twice),
    "a step of one's own": step(move=plain_descent),
    "loss after the update": step(give=lambda loss, again: again()),
    "loss as a tensor": step(give=lambda loss, again: loss.detach()),
    "loss as a string": step(give=lambda loss, again: f"{loss.item():.4f}"),
    "loss rounded": step(give=lambda loss, again: round(loss.item(), 2)),
    "nothing returned": step(give=lambda loss, again: None),
    "perplexity": step(give=lambda loss, again: math.exp(loss.item())),
    "bits": step(give=lambda loss, again: loss.item() / math.log(2)),
    "sum instead of mean": step(lambda logits, targets: each(logits, targets, "sum")),
    "sum over time, mean over windows": step(lambda logits, targets: each(logits, targets, "sum") / len(targets)),
    "only the last position": step(lambda logits, targets: mean_loss(logits[:, -1:], targets[:, -1:])),
    "only the first window": step(lambda logits, targets: mean_loss(logits[:1], targets[:1])),
    "targets shifted once more": step(lambda logits, targets: mean_loss(logits, targets.roll(-1, dims=-1))),
    "last position left out": step(
        lambda logits, t: mean_loss(logits[:, :-1], t[:, 1:]) if t.shape[1] > 1 else mean_loss(logits, t)
    ),
    "softmax twice": step(lambda logits, targets: mean_loss(logits.softmax(-1), targets)),
    "probabilities without the logarithm": step(lambda logits, t: -logits.softmax(-1).gather(-1, t[..., None]).mean()),
    "loss against the wrong dimension": step(lambda logits, targets: F.cross_entropy(logits, targets)),
    "uphill": step(lambda logits, targets: -mean_loss(logits, targets), give=lambda loss, again: -loss.item()),
    "squared error": step(lambda logits, t: F.mse_loss(logits.softmax(-1), F.one_hot(t, logits.shape[-1]).float())),
    "label smoothing": step(lambda logits, t: F.cross_entropy(logits.flatten(0, 1), t.flatten(), label_smoothing=0.1)),
    "gradients clipped": step(after=lambda o: torch.nn.utils.clip_grad_norm_(o.param_groups[0]["params"], 0.1)),
    "batch and time exchanged": step(lambda logits, t: mean_loss(logits, t.T.reshape(t.shape))),
}


def cosine(peak, floor, progress):
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2


def schedule(
    climb=lambda s, peak, floor, w: peak * s / w,
    fall=cosine,
    progress=lambda s, w, t: (s - w) / (t - w),
    end=lambda peak, floor, s, w, t: floor,
    warming=lambda s, w: s < w,
    over=lambda s, t: s >= t,
    check=lambda s, w, t: 0 <= w <= t,
):
    """A schedule with one thing done differently."""

    def learning_rate(step, peak, floor, warmup_steps, total_steps):
        need(check(step, warmup_steps, total_steps))
        if warming(step, warmup_steps):
            return climb(step, peak, floor, warmup_steps)
        if over(step, total_steps):
            return end(peak, floor, step, warmup_steps, total_steps)
        return fall(peak, floor, progress(step, warmup_steps, total_steps))

    return learning_rate


def never(s, t):
    return False


def always_climbs(step, peak, floor, warmup_steps, total_steps):
    need(0 <= warmup_steps <= total_steps)
    rise = peak * step / warmup_steps
    return rise if step < warmup_steps else schedule()(step, peak, floor, warmup_steps, total_steps)


LEARNING_RATE = {
    "warm-up one step ahead": schedule(lambda s, peak, floor, w: peak * (s + 1) / w),
    "warm-up over one step more": schedule(
        lambda s, peak, floor, w: peak * s / (w + 1), warming=lambda s, w: s <= w and w > 0
    ),
    "warm-up over one step less": schedule(lambda s, peak, floor, w: peak * s / max(1, w - 1)),
    "warm-up from the floor": schedule(lambda s, peak, floor, w: floor + (peak - floor) * s / w),
    "warm-up squared": schedule(lambda s, peak, floor, w: peak * (s / w) ** 2),
    "no warm-up": schedule(lambda s, peak, floor, w: peak),
    "peak at once after half of the warm-up": schedule(lambda s, peak, floor, w: min(peak, 2 * peak * s / w)),
    "whole division": schedule(lambda s, peak, floor, w: peak * (s // w)),
    "warm-up of 0 divides by 0": always_climbs,
    "nothing during the warm-up": schedule(lambda s, peak, floor, w: 0.0),
    "warm-up ends at total_steps too": schedule(lambda s, peak, floor, w: peak * s / w if s < 3 or w != 4 else floor),
    "cosine from step zero": schedule(progress=lambda s, w, t: s / t),
    "cosine over total_steps after the warm-up": schedule(progress=lambda s, w, t: (s - w) / t),
    "cosine one step ahead": schedule(progress=lambda s, w, t: (s - w + 1) / (t - w)),
    "cosine one step short": schedule(progress=lambda s, w, t: (s - w) / max(1, t - w - 1)),
    "linear": schedule(lambda s, peak, floor, w: peak * s / w, lambda p, f, x: f + (p - f) * (1 - x)),
    "degrees": schedule(fall=lambda p, f, x: f + (p - f) * (1 + math.cos(180 * x)) / 2),
    "a quarter of a cosine": schedule(fall=lambda p, f, x: f + (p - f) * math.cos(math.pi * x / 2)),
    "a whole cosine": schedule(fall=lambda p, f, x: f + (p - f) * (1 + math.cos(2 * math.pi * x)) / 2),
    "not halved": schedule(fall=lambda p, f, x: f + (p - f) * (1 + math.cos(math.pi * x))),
    "floor forgotten in the cosine": schedule(fall=lambda p, f, x: p * (1 + math.cos(math.pi * x)) / 2),
    "floor added on top": schedule(fall=lambda p, f, x: f + p * (1 + math.cos(math.pi * x)) / 2),
    "floor as the least": schedule(fall=lambda p, f, x: max(f, p * (1 + math.cos(math.pi * x)) / 2)),
    "floor as a share of the peak": schedule(fall=lambda p, f, x: cosine(p, f * p, x), end=lambda p, f, s, w, t: f * p),
    "goes up again after the end": schedule(over=lambda s, t: s == t),
    "zero after the end": schedule(end=lambda p, f, s, w, t: 0.0),
    "peak after the end": schedule(end=lambda p, f, s, w, t: p),
    "divides by 0 where the warm-up is the run": schedule(over=never),
    "the last step is the floor": schedule(over=lambda s, t: s >= t - 1),
    "square root decay": schedule(fall=lambda p, f, x: f + (p - f) * math.sqrt(1 - x)),
    "always the peak": lambda step, peak, floor, warmup_steps, total_steps: peak,
    "checks nothing": schedule(check=lambda s, w, t: True),
    "checks the lower end only": schedule(check=lambda s, w, t: w >= 0),
    "checks the upper end only": schedule(check=lambda s, w, t: w <= t),
    "allows one step too many": schedule(check=lambda s, w, t: 0 <= w <= t + 1),
    "checks during the warm-up only": schedule(check=lambda s, w, t: 0 <= w <= t or (w > 0 and s >= w)),
    "refuses a warm-up as long as the run": schedule(check=lambda s, w, t: 0 <= w < t),
    "refuses a run without a warm-up": schedule(check=lambda s, w, t: 0 < w <= t),
}


def length(gradients):
    return math.sqrt(sum(g.square().sum().item() for g in gradients))


def clip(norm_of=length, factor=lambda norm, m: m / norm if norm > m else 1.0, give=lambda norm, after: norm, low=0.0):
    """Clipping with one thing done differently."""

    def clip_gradients(parameters, max_norm):
        need(max_norm > low)
        gradients = [p.grad for p in parameters if p.grad is not None]
        norm = norm_of(gradients)
        for gradient in gradients:
            gradient.mul_(factor(norm, max_norm))
        return give(norm, length(gradients))

    return clip_gradients


def each_tensor_alone(parameters, max_norm):
    need(max_norm > 0)
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = length(gradients)
    for gradient in gradients:
        gradient.mul_(min(1.0, max_norm / max(1e-9, length([gradient]))))
    return norm


def each_element_alone(parameters, max_norm):
    need(max_norm > 0)
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = length(gradients)
    for gradient in gradients:
        gradient.clamp_(-max_norm, max_norm)
    return norm


def walks_twice(parameters, max_norm):
    need(max_norm > 0)
    norm = length(p.grad for p in parameters if p.grad is not None)
    for p in parameters:
        if p.grad is not None and norm > max_norm:
            p.grad.mul_(max_norm / norm)
    return norm


def none_fails(parameters, max_norm):
    need(max_norm > 0)
    gradients = [p.grad for p in parameters]
    norm = length(gradients)
    for gradient in gradients:
        gradient.mul_(max_norm / norm if norm > max_norm else 1.0)
    return norm


def none_becomes_zeros(parameters, max_norm):
    parameters = list(parameters)
    for p in parameters:
        p.grad = torch.zeros_like(p) if p.grad is None else p.grad
    return clip()(parameters, max_norm)


def checks_late(parameters, max_norm):
    parameters = list(parameters)
    return clip()(parameters, max_norm) if parameters else 0.0


CLIP_GRADIENTS = {
    "each tensor on its own": each_tensor_alone,
    "each element on its own": each_element_alone,
    "short gradients made longer": clip(factor=lambda norm, m: m / max(norm, 1e-9)),
    "divides by a norm of 0": clip(factor=lambda norm, m: min(1.0, m / norm)),
    "nan for zeros": clip(factor=lambda norm, m: m / norm if norm > m else (1.0 if norm else math.nan)),
    "the norm afterwards": clip(give=lambda norm, after: after),
    "not in place": clip(factor=lambda norm, m: 1.0),
    "squared norm": clip(norm_of=lambda gs: length(gs) ** 2),
    "largest element": clip(norm_of=lambda gs: max([g.abs().max().item() for g in gs], default=0.0)),
    "sum of sizes": clip(norm_of=lambda gs: sum(g.abs().sum().item() for g in gs)),
    "sum of the tensors' norms": clip(norm_of=lambda gs: sum(length([g]) for g in gs)),
    "largest of the tensors' norms": clip(norm_of=lambda gs: max([length([g]) for g in gs], default=0.0)),
    "root of the mean square": clip(norm_of=lambda gs: length(gs) / math.sqrt(max(1, sum(g.numel() for g in gs)))),
    "first tensor only": clip(norm_of=lambda gs: length(gs[:1])),
    "fails without gradients": clip(norm_of=lambda gs: torch.cat([g.flatten() for g in gs]).norm().item()),
    "fails without parameters": lambda ps, max_norm: clip()([next(iter(ps)), *ps][1:], max_norm),
    "a tensor": clip(give=lambda norm, after: torch.tensor(norm)),
    "nothing returned": clip(give=lambda norm, after: None),
    "a generator walked twice": walks_twice,
    "an empty walk first": lambda ps, max_norm: (list(ps), clip()(ps, max_norm))[1],
    "fails for None": none_fails,
    "None becomes zeros": none_becomes_zeros,
    "divided by max_norm": clip(factor=lambda norm, m: 1 / m if norm > m else 1.0),
    "divided by the norm": clip(factor=lambda norm, m: 1 / norm if norm > m else 1.0),
    "clips at half": clip(factor=lambda norm, m: m / norm if norm > m / 2 else 1.0),
    "clips at 12.5 only": clip(factor=lambda norm, m: m / norm if norm > max(m, 12.9) else 1.0),
    "checks nothing": clip(low=-math.inf),
    "refuses 0 only": lambda ps, max_norm: clip(low=-math.inf)(ps, max_norm if max_norm else need(False)),
    "checks after looking for parameters": checks_late,
}


TRAINING_STEP_RIGHT = step()


def loop(
    draw=sample_batch,
    step=TRAINING_STEP_RIGHT,
    seed_of=lambda seed: seed,
    rate=lambda peak: peak,
    steps_of=lambda steps: steps,
    give=lambda losses: losses,
    check=lambda steps: steps >= 1,
    again=True,
    size=lambda batch, block: (batch, block),
):
    """A training loop with one thing done differently."""

    def train(model, tokens, steps, block_size, batch_size, peak_learning_rate, seed):
        need(check(steps))
        random = torch.Generator().manual_seed(seed_of(seed))
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate(peak_learning_rate))
        batch_size, block_size = size(batch_size, block_size)
        losses, batch = [], None
        for _ in range(steps_of(steps)):
            batch = draw(tokens, block_size, batch_size, random) if again or batch is None else batch
            losses.append(step(model, *batch, optimizer))
        return give(losses)

    return train


def drawn(starts):
    """Windows from starts of one's own."""

    def draw(tokens, block_size, batch_size, random):
        need(1 <= block_size < len(tokens) and batch_size >= 1)
        chosen = starts(len(tokens) - block_size, block_size, batch_size, random)
        positions = chosen[:, None] + torch.arange(block_size)
        return tokens[positions], tokens[positions + 1]

    return draw


def on_a_grid(room, block, batch, random):
    return torch.randint(-(-room // block), (batch,), generator=random) * block


def one_after_another(room, block, batch, random):
    return (torch.randint(room, (1,), generator=random) + torch.arange(batch)) % room


def global_randomness(room, block, batch, random):
    return torch.randint(room, (batch,))


def first_half(room, block, batch, random):
    return torch.randint(max(1, room // 2), (batch,), generator=random)


def unchecked(tokens, block_size, batch_size, random):
    starts = torch.randint(max(1, len(tokens) - block_size), (max(0, batch_size),), generator=random)
    positions = (starts[:, None] + torch.arange(max(1, block_size))).clamp(max=len(tokens) - 2)
    return tokens[positions], tokens[positions + 1]


def longer_text_needed(tokens, block_size, batch_size, random):
    need(len(tokens) > block_size + 1)
    return sample_batch(tokens, block_size, batch_size, random)


TRAIN = {
    "one batch only": loop(again=False),
    "the first block only": loop(draw=drawn(lambda room, block, batch, random: torch.zeros(batch).long())),
    "the first half only": loop(draw=drawn(first_half)),
    "windows on a grid": loop(draw=drawn(on_a_grid)),
    "one start after another": loop(draw=drawn(one_after_another)),
    "global randomness": loop(draw=drawn(global_randomness)),
    "ignores the seed": loop(seed_of=lambda seed: 0),
    "no step of the optimizer": loop(step=no_update),
    "uphill": loop(step=TRAINING_STEP["uphill"]),
    "targets shifted once more": loop(step=TRAINING_STEP["targets shifted once more"]),
    "learning rate ignored": loop(rate=lambda peak: 0.01),
    "learning rate far too small": loop(rate=lambda peak: peak / 1000),
    "learning rate far too large": loop(rate=lambda peak: peak * 100),
    "one step too few": loop(steps_of=lambda steps: steps - 1),
    "one step too many": loop(steps_of=lambda steps: steps + 1),
    "only the last loss": loop(give=lambda losses: losses[-1]),
    "only the mean loss": loop(give=lambda losses: sum(losses) / len(losses)),
    "losses as a tensor": loop(give=torch.tensor),
    "losses as strings": loop(give=lambda losses: [str(loss) for loss in losses]),
    "losses as tensors": loop(give=lambda losses: [torch.tensor(loss) for loss in losses]),
    "nothing returned": loop(give=lambda losses: None),
    "summed losses": loop(step=TRAINING_STEP["sum instead of mean"]),
    "batches of one window": loop(size=lambda batch, block: (min(batch, 1), block)),
    "windows of half the block": loop(size=lambda batch, block: (batch, (block + 1) // 2)),
    "batch and block exchanged": loop(size=lambda batch, block: (block, batch)),
    "allows 0 steps": loop(check=lambda steps: steps >= 0),
    "allows fewer than 0 steps": loop(check=lambda steps: steps),
    "checks nothing": loop(check=lambda steps: True, draw=unchecked),
    "checks the steps only": loop(draw=unchecked),
    "needs one token more": loop(draw=longer_text_needed),
}

GOOD = {"layers": 1, "heads": 4, "width": 96, "block_size": 32, "batch_size": 16, "learning_rate": 0.02}
GOOD |= {"warmup_steps": 10, "optimizer": "muon"}
CHOOSE = {
    "the settings of the example": {
        **GOOD,
        "layers": 2,
        "heads": 2,
        "width": 64,
        "block_size": 64,
        "learning_rate": 3e-3,
    },
    "a rate far too small": {**GOOD, "learning_rate": 1e-4},
    "a rate far too large": {**GOOD, "learning_rate": 1.0},
    "hardly any steps": {**GOOD, "batch_size": 256, "block_size": 128},
    "a warm-up without an end": {**GOOD, "warmup_steps": 1000, "learning_rate": 1e-3},
    "a model too large": {**GOOD, "width": 128, "layers": 4},
    "a batch too small": {**GOOD, "batch_size": 1},
    "heads that do not divide the width": {**GOOD, "heads": 7},
    "a setting missing": {name: value for name, value in GOOD.items() if name != "heads"},
    "a setting too many": {**GOOD, "steps": 10_000},
    "an unknown optimizer": {**GOOD, "optimizer": "sgd"},
    "a rate that is not a number": {**GOOD, "learning_rate": math.nan},
    "no dict": list(GOOD.values()),
}


def named(function, answers):
    """`(function, mistake, answer)` for each; keyword names are those of the contract."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


WRONG = [
    *named("numerical_gradient", NUMERICAL_GRADIENT),
    *named("nudge", NUDGE),
    *named("training_step", TRAINING_STEP),
    *named("learning_rate", LEARNING_RATE),
    *named("clip_gradients", CLIP_GRADIENTS),
    *named("train", TRAIN),
    *[("choose", mistake, lambda choice=choice: choice) for mistake, choice in CHOOSE.items()],
]
