"""Plausible wrong answers to unit 6, each with its mistake named; the notebook's tests must catch them all."""

import math

import numpy

PLANS = {"small": 1e9, "medium": 8e9, "large": 70e9}


def need(condition):
    if not condition:
        raise ValueError("does not fit")


TRAINING_FLOPS = {
    "2ND": lambda parameters, tokens: 2.0 * parameters * tokens,
    "4ND": lambda parameters, tokens: 4.0 * parameters * tokens,
    "8ND": lambda parameters, tokens: 8.0 * parameters * tokens,
    "ND": lambda parameters, tokens: 1.0 * parameters * tokens,
    "tokens ignored": lambda parameters, tokens: 6.0 * parameters * 20e9,
    "twenty tokens for each parameter": lambda parameters, tokens: 6.0 * parameters * 20 * parameters,
    "added": lambda parameters, tokens: 6.0 * (parameters + tokens),
    "in units of 1e18": lambda parameters, tokens: 6.0 * parameters * tokens / 1e18,
    "rounded to two digits": lambda parameters, tokens: float(f"{6 * parameters * tokens:.1e}"),
    "rounded to three digits": lambda parameters, tokens: float(f"{6 * parameters * tokens:.2e}"),
    "a whole number": lambda parameters, tokens: int(6 * parameters * tokens),
    "whole for whole numbers": lambda parameters, tokens: 6 * parameters * tokens,
    "a string": lambda parameters, tokens: f"{6 * parameters * tokens:e}",
    "printed": lambda parameters, tokens: print(6.0 * parameters * tokens),
}


def hours(
    formula=lambda work, peak, share: work / (peak * share) / 3600,
    check=lambda share: 0 < share <= 1,
    put=float,
):
    """GPU-hours with one thing done differently."""

    def gpu_hours(flops, peak_flops_per_second, utilization):
        need(check(utilization))
        return put(formula(flops, peak_flops_per_second, utilization))

    return gpu_hours


GPU_HOURS = {
    "utilization multiplied": hours(lambda work, peak, share: work / peak * share / 3600),
    "utilization ignored": hours(lambda work, peak, share: work / peak / 3600),
    "utilization as per cent": hours(lambda work, peak, share: work / (peak * share / 100) / 3600),
    "what is lost instead of what is used": hours(lambda work, peak, share: work / (peak * (1.5 - share)) / 3600),
    "utilization squared": hours(lambda work, peak, share: work / (peak * share * share) / 3600),
    "seconds": hours(lambda work, peak, share: work / (peak * share)),
    "minutes": hours(lambda work, peak, share: work / (peak * share) / 60),
    "days": hours(lambda work, peak, share: work / (peak * share) / 86400),
    "multiplied by 3600": hours(lambda work, peak, share: work / (peak * share) * 3600),
    "upside down": hours(lambda work, peak, share: peak * share * 3600 / work),
    "peak in TFLOP/s": hours(lambda work, peak, share: work / (peak * 1e12 * share) / 3600),
    "rounded": hours(put=lambda value: float(round(value))),
    "rounded to two places": hours(put=lambda value: round(value, 2)),
    "rounded up": hours(put=lambda value: float(math.ceil(value))),
    "whole division": hours(lambda work, peak, share: work // (peak * share * 3600)),
    "a whole number where it is whole": hours(put=lambda value: int(value) if value == int(value) else value),
    "a string": hours(put=lambda value: f"{value} hours"),
    "checks nothing": hours(check=lambda share: share or 1),
    "checks the lower end only": hours(check=lambda share: share > 0),
    "checks the upper end only": hours(check=lambda share: share <= 1),
    "allows per cent": hours(check=lambda share: 0 < share <= 100),
    "allows a little more than the peak": hours(check=lambda share: 0 < share <= 1.05),
    "allows 0": hours(lambda work, peak, share: work / (peak * max(share, 1e-9)) / 3600, lambda share: 0 <= share <= 1),
    "refuses the peak": hours(check=lambda share: 0 < share < 1),
    "refuses a small share": hours(check=lambda share: 0.01 < share <= 1),
    "makes too large a share the peak": lambda flops, peak, share: hours()(flops, peak, min(share, 1)),
    "divides by 0": hours(check=lambda share: 0 <= share <= 1),
    "checks 0 only": hours(check=lambda share: share),
    "refuses without a word": lambda flops, peak, share: hours()(flops, peak, share) if 0 < share <= 1 else no_words(),
    "returns None instead of refusing": lambda flops, peak, share: (
        hours()(flops, peak, share) if 0 < share <= 1 else None
    ),
}


def no_words():
    raise ValueError


def used(
    formula=lambda work, hours, peak: work / (hours * 3600 * peak),
    check=lambda share: share <= 1,
    put=lambda share: share,
):
    """A utilization with one thing done differently."""

    def utilization(flops, gpu_hours, peak_flops_per_second):
        share = formula(flops, gpu_hours, peak_flops_per_second)
        need(check(share))
        return put(share)

    return utilization


UTILIZATION = {
    "hours as seconds": used(lambda work, hours, peak: work / (hours * peak), check=lambda share: True),
    "hours as days": used(lambda work, hours, peak: work / (hours * 86400 * peak)),
    "hours of 60 seconds": used(lambda work, hours, peak: work / (hours * 60 * peak), check=lambda share: True),
    "upside down": used(lambda work, hours, peak: hours * 3600 * peak / work, check=lambda share: True),
    "per cent": used(put=lambda share: 100 * share),
    "what is lost": used(put=lambda share: 1 - share),
    "work ignored": used(lambda work, hours, peak: 0.5),
    "rounded to per cent": used(put=lambda share: round(share, 2)),
    "rounded to four places": used(put=lambda share: round(share, 4)),
    "rounded to six places": used(put=lambda share: round(share, 6)),
    "2ND counted": used(lambda work, hours, peak: work / 3 / (hours * 3600 * peak)),
    "a string": used(put=lambda share: f"{share:.9f}"),
    "checks nothing": used(check=lambda share: True),
    "too much becomes 1": used(check=lambda share: True, put=lambda share: min(1.0, share)),
    "checks per cent": used(check=lambda share: share <= 100),
    "refuses from 2 on": used(check=lambda share: share < 2),
    "refuses far too much only": used(check=lambda share: share < 1.5),
    "refuses the peak": used(check=lambda share: share < 1),
    "refuses a small share": used(check=lambda share: 0.01 < share <= 1),
    "refuses a share below 0.3": used(check=lambda share: 0.3 < share <= 1),
    "returns None instead of refusing": used(check=lambda share: True, put=lambda share: share if share <= 1 else None),
}

TRAINING_COST = {
    "divided": lambda hours, dollars: hours / dollars,
    "added": lambda hours, dollars: float(hours + dollars),
    "hours only": lambda hours, dollars: float(hours),
    "price for a day": lambda hours, dollars: hours / 24 * dollars,
    "in thousands": lambda hours, dollars: hours * dollars / 1000,
    "cents": lambda hours, dollars: hours * dollars * 100,
    "rounded to dollars": lambda hours, dollars: float(round(hours * dollars)),
    "rounded to cents": lambda hours, dollars: round(hours * dollars, 2),
    "whole dollars of price": lambda hours, dollars: float(hours * int(dollars)),
    "whole hours": lambda hours, dollars: float(int(hours) * dollars),
    "a whole number for whole numbers": lambda hours, dollars: hours * dollars,
    "a string": lambda hours, dollars: f"${hours * dollars:,.2f}",
    "refuses no hours": lambda hours, dollars: need(hours > 0) or float(hours * dollars),
    "printed": lambda hours, dollars: print(hours * dollars),
}


def days(formula=lambda hours, gpus: hours / gpus / 24, check=lambda gpus: gpus >= 1, put=float):
    """Days with one thing done differently."""

    def training_days(gpu_hours, gpus):
        need(check(gpus))
        return put(formula(gpu_hours, gpus))

    return training_days


TRAINING_DAYS = {
    "GPUs multiplied": days(lambda hours, gpus: hours * gpus / 24),
    "GPUs ignored": days(lambda hours, gpus: hours / 24),
    "hours": days(lambda hours, gpus: hours / gpus),
    "working days of 8 hours": days(lambda hours, gpus: hours / gpus / 8),
    "weeks": days(lambda hours, gpus: hours / gpus / 168),
    "multiplied by 24": days(lambda hours, gpus: hours / gpus * 24),
    "upside down": days(lambda hours, gpus: gpus * 24 / max(hours, 1)),
    "rounded": days(put=lambda value: float(round(value))),
    "rounded up": days(put=lambda value: float(math.ceil(value))),
    "rounded to two places": days(put=lambda value: round(value, 2)),
    "whole division": days(lambda hours, gpus: hours // gpus / 24),
    "a whole number where it is whole": days(put=lambda value: int(value) if value == int(value) else value),
    "one GPU is kept back": days(lambda hours, gpus: hours / max(1, gpus - 1) / 24),
    "checks nothing": days(check=lambda gpus: True),
    "checks 0 only": days(check=lambda gpus: gpus != 0),
    "checks below 0 only": days(check=lambda gpus: gpus >= 0),
    "refuses a single GPU": days(check=lambda gpus: gpus > 1),
    "no GPU becomes one": lambda gpu_hours, gpus: gpu_hours / max(1, gpus) / 24,
}


def line(u, v):
    """(slope, height) of the line of least squares."""
    slope, height = numpy.polyfit(u, v, 1)
    return float(slope), float(height)


def strict(x, y):
    return len(x) == len(y) >= 2 and min(*x, *y) > 0 and len(set(x)) > 1


def fit(
    into=numpy.log,
    out=math.exp,
    through=line,
    order=lambda a, b: (a, b),
    sign=-1,
    check=strict,
    into_y=None,
    sort=lambda x, y: (x, y),
):
    """A fit with one thing done differently."""

    def fit_power_law(x, y):
        need(check(x, y))
        x, y = sort(x, y)
        slope, height = through(into(x), (into_y or into)(y))
        return order(float(out(height)), sign * float(slope))

    return fit_power_law


def through_the_ends(u, v):
    slope = (v[-1] - v[0]) / (u[-1] - u[0])
    return slope, v[0] - slope * u[0]


def through_the_smallest_and_largest(u, v):
    low, high = int(numpy.argmin(u)), int(numpy.argmax(u))
    return through_the_ends([u[low], u[high]], [v[low], v[high]])


def mean_slope(u, v):
    slope = float(numpy.mean(numpy.diff(v) / numpy.diff(u)))
    return slope, float(numpy.mean(v)) - slope * float(numpy.mean(u))


def through_the_first(u, v):
    slope, _ = line(u, v)
    return slope, v[0] - slope * u[0]


def distances_of_x(u, v):
    """Least squares the wrong way round: u as a function of v."""
    if numpy.ptp(v) == 0:
        return 0.0, float(v[0])
    slope, height = line(v, u)
    return 1 / slope, -height / slope


def weighted_by_size(u, v):
    slope, height = numpy.polyfit(u, v, 1, w=numpy.asarray(u) + 0.1)
    return slope, height


def without_the_last(u, v):
    return line(u[:-1], v[:-1]) if len(u) > 2 else line(u, v)


def through_the_origin(u, v):
    return float(numpy.dot(u, v) / numpy.dot(u, u)), 0.0


def divided_by_n(u, v):
    slope = float(numpy.sum((u - numpy.mean(u)) * (v - numpy.mean(v)))) / len(u)
    return slope, float(numpy.mean(v)) - slope * float(numpy.mean(u))


def no_law(x, y):
    """The coefficients of the straight line through the numbers themselves."""
    need(strict(x, y))
    slope, height = line(x, y)
    return height, -slope


def loose(x, y):
    """What a fit without any check does with odd input: it gives something."""
    pairs = [(one, other) for one, other in zip(x, y) if one > 0 and other > 0]
    if len(pairs) < 2 or len({one for one, _ in pairs}) < 2:
        return 1.0, 0.0
    return fit()(*map(list, zip(*pairs)))


def but(allowed):
    """All the checks but one: where `allowed` holds, anything goes."""

    def fit_power_law(x, y):
        return loose(x, y) if allowed(x, y) else fit()(x, y)

    return fit_power_law


FIT_POWER_LAW = {
    "sign of b": fit(sign=1),
    "b always positive": lambda x, y: (fit()(x, y)[0], abs(fit()(x, y)[1])),
    "swapped": fit(order=lambda a, b: (b, a)),
    "the logarithm of a": fit(out=lambda height: height),
    "a at the first point": lambda x, y: (float(y[0]), fit()(x, y)[1]),
    "a at the largest point": lambda x, y: (float(max(y)), fit()(x, y)[1]),
    "log10 in, exp out": fit(into=numpy.log10),
    "log2 in, exp out": fit(into=numpy.log2),
    "log in, 10** out": fit(out=lambda height: 10.0**height),
    "log10 of x and ln of y": fit(into=numpy.log10, into_y=numpy.log),
    "ln of x and log10 of y": fit(into_y=numpy.log10, out=lambda height: 10.0**height),
    "log1p": fit(into=numpy.log1p, out=math.expm1),
    "not logarithmic": no_law,
    "only y logarithmic": fit(into=numpy.asarray, into_y=numpy.log),
    "only x logarithmic": fit(into_y=numpy.asarray, out=lambda height: height),
    "x and y exchanged": lambda x, y: fit()(y, x) if len(set(y)) > 1 else (1.0, 0.0),
    "through the first and last point": fit(through=through_the_ends),
    "through the smallest and largest x": fit(through=through_the_smallest_and_largest),
    "through the first two points": fit(through=lambda u, v: through_the_ends(u[:2], v[:2])),
    "the mean of the slopes": fit(through=mean_slope),
    "the right slope through the first point": fit(through=through_the_first),
    "least squares in x": fit(through=distances_of_x),
    "weighted by size": fit(through=weighted_by_size),
    "last point left out": fit(through=without_the_last),
    "through the origin": fit(through=through_the_origin),
    "divided by the number of points": fit(through=divided_by_n),
    "both lists sorted": fit(sort=lambda x, y: (sorted(x), sorted(y, reverse=True))),
    "rounded": fit(order=lambda a, b: (round(a, 2), round(b, 2))),
    "a list": fit(order=lambda a, b: [a, b]),
    "a dict": fit(order=lambda a, b: {"a": a, "b": b}),
    "whole numbers where they are whole": fit(
        order=lambda a, b: (round(a) if abs(a - round(a)) < 1e-9 else a, round(b) if abs(b - round(b)) < 1e-9 else b)
    ),
    "checks nothing": but(lambda x, y: True),
    "allows one point": but(lambda x, y: len(x) == len(y) == 1),
    "allows no points": but(lambda x, y: len(x) == len(y) == 0),
    "allows fewer y": but(lambda x, y: len(x) > len(y)),
    "allows fewer x": but(lambda x, y: len(x) < len(y)),
    "allows an x of 0": but(lambda x, y: 0 in x),
    "allows a negative x": but(lambda x, y: len(x) > 0 and min(x) < 0),
    "allows a y of 0": but(lambda x, y: 0 in y),
    "allows a negative y": but(lambda x, y: len(y) > 0 and min(y) < 0),
    "allows one x only": but(lambda x, y: len(x) == len(y) == 2 and x[0] == x[1]),
    "fails for one x with another error": fit(check=lambda x, y: True, through=through_the_ends),
    "refuses two points": fit(check=lambda x, y: strict(x, y) and len(x) > 2),
    "refuses a rise": fit(check=lambda x, y: strict(x, y) and y[-1] <= y[0]),
    "refuses points that are out of order": fit(check=lambda x, y: strict(x, y) and list(x) == sorted(x)),
    "refuses an x that repeats": fit(check=lambda x, y: strict(x, y) and len(set(x)) == len(x)),
    "refuses a y that repeats": fit(check=lambda x, y: strict(x, y) and len(set(y)) == len(y)),
    "refuses a y below 1": fit(check=lambda x, y: strict(x, y) and min(y) >= 1),
}


def optimal(
    size=lambda work, ratio: math.sqrt(work / (6 * ratio)),
    reads=lambda parameters, work, ratio: ratio * parameters,
    order=lambda parameters, tokens: (parameters, tokens),
    check=lambda work, ratio: work > 0 and ratio > 0,
    default=20.0,
):
    """A compute-optimal size with one thing done differently."""

    def compute_optimal(flops, tokens_per_parameter=default):
        need(check(flops, tokens_per_parameter))
        parameters = size(flops, tokens_per_parameter)
        return order(parameters, reads(parameters, flops, tokens_per_parameter))

    return compute_optimal


def safe(work, ratio):
    return math.sqrt(abs(work / (6 * (ratio or 1))))


COMPUTE_OPTIMAL = {
    "sqrt of the budget over the ratio": optimal(lambda work, ratio: math.sqrt(work / ratio)),
    "sqrt of the budget over 6": optimal(lambda work, ratio: math.sqrt(work / 6)),
    "sqrt of the budget times the ratio over 6": optimal(lambda work, ratio: math.sqrt(work * ratio / 6)),
    "sqrt of 6 budgets over the ratio": optimal(lambda work, ratio: math.sqrt(6 * work / ratio)),
    "sqrt before the division": optimal(lambda work, ratio: math.sqrt(work) / (6 * ratio)),
    "sqrt of 6 only": optimal(lambda work, ratio: math.sqrt(work) / math.sqrt(6) / ratio),
    "no sqrt": optimal(lambda work, ratio: work / (6 * ratio)),
    "cube root": optimal(lambda work, ratio: (work / (6 * ratio)) ** (1 / 3)),
    "2ND": optimal(lambda work, ratio: math.sqrt(work / (2 * ratio))),
    "half of the budget": optimal(lambda work, ratio: math.sqrt(work / (12 * ratio))),
    "ratio ignored": optimal(lambda work, ratio: math.sqrt(work / 120), lambda n, work, ratio: 20 * n),
    "ratio ignored in the size": optimal(lambda work, ratio: math.sqrt(work / 120)),
    "ratio ignored in the tokens": optimal(reads=lambda n, work, ratio: 20 * n),
    "size of the default ratio, tokens from the budget": optimal(
        lambda work, ratio: math.sqrt(work / 120), lambda n, work, ratio: work / (6 * n)
    ),
    "parameters for each token": optimal(reads=lambda n, work, ratio: n / ratio),
    "tokens are the budget over the parameters": optimal(reads=lambda n, work, ratio: work / n),
    "swapped": optimal(order=lambda n, d: (d, n)),
    "another default": optimal(default=2.0),
    "default of 1": optimal(default=1.0),
    "no default": lambda flops, tokens_per_parameter: optimal()(flops, tokens_per_parameter),
    "rounded": optimal(order=lambda n, d: (float(round(n)), float(round(d)))),
    "whole numbers": optimal(order=lambda n, d: (int(n), int(d))),
    "whole numbers where they are whole": optimal(
        order=lambda n, d: (int(n) if n == int(n) else n, int(d) if d == int(d) else d)
    ),
    "in billions": optimal(order=lambda n, d: (n / 1e9, d / 1e9)),
    "the size alone": optimal(order=lambda n, d: n),
    "a list": optimal(order=lambda n, d: [n, d]),
    "checks nothing": optimal(safe, check=lambda work, ratio: True),
    "checks the budget only": optimal(safe, check=lambda work, ratio: work > 0),
    "checks the ratio only": optimal(safe, check=lambda work, ratio: ratio > 0),
    "allows a budget of 0": optimal(check=lambda work, ratio: work >= 0 and ratio > 0),
    "allows a ratio of 0": optimal(safe, check=lambda work, ratio: work > 0 and ratio >= 0),
    "allows a negative budget": optimal(safe, check=lambda work, ratio: work != 0 and ratio > 0),
    "allows a negative ratio": optimal(safe, check=lambda work, ratio: work > 0 and ratio != 0),
    "checks their quotient": optimal(safe, check=lambda work, ratio: ratio and work / ratio > 0),
    "divides by a ratio of 0": optimal(check=lambda work, ratio: work > 0 and ratio >= 0),
    "refuses a ratio below 1": optimal(check=lambda work, ratio: work > 0 and ratio >= 1),
    "refuses a budget below 1": optimal(check=lambda work, ratio: work >= 1 and ratio > 0),
}


def share_of(run, work=6.0, seconds=3600, put=lambda share: share):
    flops = work * run["parameters"] * run["tokens"]
    return put(flops / (run["gpu_hours"] * seconds * run["peak_flops_per_second"]))


UTILIZATION_OF = {
    "the published figure by heart": lambda run: 0.35,
    "the computed figure by heart": lambda run: 0.3453,
    "all digits by heart": lambda run: 0.34523877,
    "2ND": lambda run: share_of(run, work=2.0),
    "per cent": lambda run: share_of(run, put=lambda share: 100 * share),
    "rounded": lambda run: share_of(run, put=lambda share: round(share, 3)),
    "seconds": lambda run: share_of(run, seconds=1),
    "tokens as the budget": lambda run: run["tokens"] / (run["gpu_hours"] * 3600 * run["peak_flops_per_second"]),
    "the peak of another GPU": lambda run: share_of({**run, "peak_flops_per_second": 989e12}),
    "FLOP/s of one GPU": lambda run: 6.0 * run["parameters"] * run["tokens"] / run["gpu_hours"] / 3600,
}


def on_laptops(
    work=6 * 175e9 * 300e9,
    year=365,
    count=lambda alone, days: max(1, math.ceil(alone / days)),
    share=lambda given: given,
    order=lambda years, laptops: (years, laptops),
):
    """GPT-3 on laptops with one thing done differently."""

    def laptop_for_gpt3(peak_flops_per_second, utilization, days):
        alone = work / (peak_flops_per_second * share(utilization)) / 86400
        return order(alone / year, count(alone, days))

    return laptop_for_gpt3


LAPTOP_FOR_GPT3 = {
    "the published FLOPs": on_laptops(work=3.14e23),
    "2ND": on_laptops(work=2 * 175e9 * 300e9),
    "300 million tokens": on_laptops(work=6 * 175e9 * 300e6),
    "utilization ignored": on_laptops(share=lambda given: 1.0),
    "utilization of one half": on_laptops(share=lambda given: 0.5),
    "days for years": on_laptops(year=1),
    "hours for years": on_laptops(year=1 / 24),
    "working years": on_laptops(year=250),
    "leap years": on_laptops(year=365.25),
    "rounded down": on_laptops(count=lambda alone, days: max(1, math.floor(alone / days))),
    "always one more": on_laptops(count=lambda alone, days: math.floor(alone / days) + 2),
    "one more to be sure": on_laptops(count=lambda alone, days: math.ceil(alone / days) + 1),
    "not a whole number": on_laptops(count=lambda alone, days: alone / days),
    "a float": on_laptops(count=lambda alone, days: float(math.ceil(alone / days))),
    "within 30 days, whatever was asked": on_laptops(count=lambda alone, days: math.ceil(alone / 30)),
    "none where one is more than enough": on_laptops(count=lambda alone, days: math.floor(alone / days + 0.99)),
    "days and years mixed up": on_laptops(count=lambda alone, days: math.ceil(alone / 365 / days)),
    "swapped": on_laptops(order=lambda years, laptops: (laptops, years)),
    "years rounded": on_laptops(order=lambda years, laptops: (float(round(years)), laptops)),
    "a laptop is never enough": on_laptops(count=lambda alone, days: max(2, math.ceil(alone / days))),
}


def law(parameters, tokens, a=406.4, b=410.7):
    return 1.69 + a / parameters**0.34 + b / tokens**0.28


def planned(
    tokens=lambda dollars, parameters: dollars / 2.0 * 3600 * 989e12 * 0.4 / (6 * parameters),
    score=lambda parameters, tokens: law(parameters, tokens),
    give=lambda name, tokens: (name, tokens),
    told=None,
):
    """A choice of a plan with one thing done differently."""

    def choose_model(dollars):
        affordable = {name: tokens(dollars, parameters) for name, parameters in PLANS.items()}
        best = min(PLANS, key=lambda name: score(PLANS[name], affordable[name]))
        return give(best, (told or tokens)(dollars, PLANS[best]))

    return choose_model


CHOOSE_MODEL = {
    "always the largest": planned(score=lambda n, d: -n),
    "always the smallest": planned(score=lambda n, d: n),
    "always the middle one": planned(score=lambda n, d: abs(n - 8e9)),
    "most tokens": planned(score=lambda n, d: -d),
    "nearest to twenty tokens a parameter": planned(score=lambda n, d: abs(d / n - 20)),
    "nearest to twenty, as a ratio": planned(score=lambda n, d: abs(math.log(d / n / 20))),
    "the highest loss": planned(score=lambda n, d: -law(n, d)),
    "the same tokens for all": planned(score=lambda n, d: law(n, 1e12)),
    "size left out of the law": planned(score=lambda n, d: law(1e9, d)),
    "tokens and parameters exchanged in the law": planned(score=lambda n, d: law(d, n)),
    "2ND": planned(lambda dollars, n: dollars / 2.0 * 3600 * 989e12 * 0.4 / (2 * n)),
    "share ignored": planned(lambda dollars, n: dollars / 2.0 * 3600 * 989e12 / (6 * n)),
    "share divided": planned(lambda dollars, n: dollars / 2.0 * 3600 * 989e12 / 0.4 / (6 * n)),
    "price ignored": planned(lambda dollars, n: dollars * 3600 * 989e12 * 0.4 / (6 * n)),
    "price multiplied": planned(lambda dollars, n: dollars * 2.0 * 3600 * 989e12 * 0.4 / (6 * n)),
    "hours as seconds": planned(lambda dollars, n: dollars / 2.0 * 989e12 * 0.4 / (6 * n)),
    "tokens in billions": planned(told=lambda dollars, n: dollars / 2.0 * 3600 * 989e12 * 0.4 / (6 * n) / 1e9),
    "whole billions of tokens": planned(
        told=lambda dollars, n: dollars / 2.0 * 3600 * 989e12 * 0.4 / (6 * n) // 1e9 * 1e9
    ),
    "tokens of the ratio instead of the budget": planned(told=lambda dollars, n: 20 * n),
    "tokens of another budget": planned(told=lambda dollars, n: 1e5 / 2.0 * 3600 * 989e12 * 0.4 / (6 * n)),
    "the size instead of the name": planned(give=lambda name, tokens: (PLANS[name], tokens)),
    "the name alone": planned(give=lambda name, tokens: name),
    "swapped": planned(give=lambda name, tokens: (tokens, name)),
    "the choice for 100,000 dollars by heart": planned(score=lambda n, d: n != 8e9),
}


def carried(
    rows=lambda known: slice(0, known),
    rest=lambda known: slice(known, None),
    holds=lambda predicted, measured, tolerance: abs(predicted - measured) < tolerance,
    stop=True,
    start=lambda sizes, known: sizes[known - 1],
    law_of=None,
    give=lambda predictions, reach: (predictions, reach),
):
    """How far the law carried, with one thing done differently."""

    def how_far(parameters, losses, known, tolerance):
        a, b = (law_of or fit())(parameters[rows(known)], losses[rows(known)])
        predictions = [a * size**-b for size in parameters[rest(known)]]
        reach = start(parameters, known)
        for size, loss, predicted in zip(parameters[rest(known)], losses[rest(known)], predictions):
            if holds(predicted, loss, tolerance):
                reach = size
            elif stop:
                break
        return give(predictions, reach)

    return how_far


def as_a_place(parameters, losses, known, tolerance):
    predictions, reach = carried()(parameters, losses, known, tolerance)
    return predictions, parameters.index(reach)


HOW_FAR = {
    "fitted to all models": carried(rows=lambda known: slice(None)),
    "fitted to one model more": carried(rows=lambda known: slice(0, known + 1)),
    "fitted to the first two always": carried(rows=lambda known: slice(0, 2)),
    "fitted to the last models": carried(rows=lambda known: slice(-known, None)),
    "predicts all models": carried(rest=lambda known: slice(None)),
    "predicts the last known one, too": carried(rest=lambda known: slice(known - 1, None)),
    "leaves out the next model": carried(rest=lambda known: slice(known + 1, None)),
    "sign of b": carried(law_of=fit(sign=1)),
    "a straight line": carried(law_of=no_law),
    "goes on after a miss": carried(stop=False),
    "upwards only": carried(holds=lambda predicted, measured, t: measured - predicted < t),
    "downwards only": carried(holds=lambda predicted, measured, t: predicted - measured < t),
    "a share of the loss": carried(holds=lambda predicted, measured, t: abs(predicted / measured - 1) < t),
    "squared": carried(holds=lambda predicted, measured, t: (predicted - measured) ** 2 < t),
    "tolerance ignored": carried(holds=lambda predicted, measured, t: abs(predicted - measured) < 0.15),
    "all hold": carried(holds=lambda predicted, measured, t: True),
    "none holds": carried(holds=lambda predicted, measured, t: False),
    "the first that misses": lambda sizes, losses, known, t: (
        carried()(sizes, losses, known, t)[0],
        sizes[min(len(sizes) - 1, sizes.index(carried()(sizes, losses, known, t)[1]) + 1)],
    ),
    "None where nothing holds": carried(start=lambda sizes, known: None),
    "0 where nothing holds": carried(start=lambda sizes, known: 0),
    "the first size where nothing holds": carried(start=lambda sizes, known: sizes[0]),
    "a place in the list": as_a_place,
    "how many hold": lambda sizes, losses, known, t: (
        carried()(sizes, losses, known, t)[0],
        sizes.index(carried()(sizes, losses, known, t)[1]) - known + 1,
    ),
    "swapped": carried(give=lambda predictions, reach: (reach, predictions)),
    "the predictions alone": carried(give=lambda predictions, reach: predictions),
    "the errors instead of the predictions": lambda sizes, losses, known, t: (
        [p - loss for p, loss in zip(carried()(sizes, losses, known, t)[0], losses[known:])],
        carried()(sizes, losses, known, t)[1],
    ),
    "rounded": carried(give=lambda predictions, reach: ([round(one, 2) for one in predictions], reach)),
    "only the last prediction": carried(give=lambda predictions, reach: (predictions[-1:], reach)),
}


def named(function, answers):
    """`(function, mistake, answer)` for each."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


WRONG = [
    *named("training_flops", TRAINING_FLOPS),
    *named("gpu_hours", GPU_HOURS),
    *named("utilization", UTILIZATION),
    *named("training_cost", TRAINING_COST),
    *named("training_days", TRAINING_DAYS),
    *named("fit_power_law", FIT_POWER_LAW),
    *named("compute_optimal", COMPUTE_OPTIMAL),
    *named("utilization_of", UTILIZATION_OF),
    *named("laptop_for_gpt3", LAPTOP_FOR_GPT3),
    *named("choose_model", CHOOSE_MODEL),
    *named("how_far", HOW_FAR),
]
