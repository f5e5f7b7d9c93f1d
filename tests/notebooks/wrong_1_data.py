"""Plausible wrong answers to unit 1, each with its mistake named; the notebook's tests must catch them all."""

import hashlib
import math
import unicodedata


def need(condition):
    if not condition:
        raise ValueError("does not fit")


def nfkc(text):
    return unicodedata.normalize("NFKC", text)


def normalize(text):
    return " ".join(nfkc(text).casefold().split())


NORMALIZE = {
    "casefold forgotten": lambda t: " ".join(nfkc(t).split()),
    "lower instead of casefold": lambda t: " ".join(nfkc(t).lower().split()),
    "NFKC forgotten": lambda t: " ".join(t.casefold().split()),
    "NFC instead of NFKC": lambda t: " ".join(unicodedata.normalize("NFC", t).casefold().split()),
    "NFKD instead of NFKC": lambda t: " ".join(unicodedata.normalize("NFKD", t).casefold().split()),
    "casefold before NFKC": lambda t: " ".join(nfkc(t.casefold()).split()),
    "runs of white space kept": lambda t: nfkc(t).casefold().strip(),
    "ends not stripped": lambda t: "".join(
        c if not c.isspace() else " " * (i == 0 or not nfkc(t)[i - 1].isspace())
        for i, c in enumerate(nfkc(t).casefold())
    ),
    "only the space is white": lambda t: " ".join(word for word in nfkc(t).casefold().split(" ") if word),
    "only blanks, tabs and line feeds are white": lambda t: " ".join(
        t.casefold().replace("\t", " ").replace("\n", " ").split(" ")
    ),
    "line ends kept": lambda t: "\n".join(" ".join(line.split()) for line in nfkc(t).casefold().split("\n")),
    "white space removed": lambda t: "".join(nfkc(t).casefold().split()),
    "punctuation removed": lambda t: " ".join(
        "".join(c for c in nfkc(t).casefold() if c.isalnum() or c.isspace()).split()
    ),
    "letters only": lambda t: " ".join("".join(c if c.isalpha() else " " for c in nfkc(t).casefold()).split()),
    "accents removed": lambda t: " ".join(
        "".join(c for c in unicodedata.normalize("NFKD", t).casefold() if not unicodedata.combining(c)).split()
    ),
    "a space left of nothing": lambda t: normalize(t) or " ",
}


def duplicates(form=normalize, drop=lambda places: places[1:], order=sorted):
    """Groups of documents with the same `form`, and the places that `drop` picks from each."""

    def exact_duplicates(documents):
        groups = {}
        for i, document in enumerate(documents):
            groups.setdefault(form(document), []).append(i)
        return order(i for places in groups.values() for i in drop(places))

    return exact_duplicates


def neighbours_only(documents):
    return [i for i in range(1, len(documents)) if normalize(documents[i]) == normalize(documents[i - 1])]


def later_ones_compared_with_the_first(documents):
    return [i for i in range(1, len(documents)) if normalize(documents[i]) == normalize(documents[0])]


EXACT_DUPLICATES = {
    "the first dropped, the last kept": duplicates(drop=lambda places: places[:-1]),
    "whole groups dropped": duplicates(drop=lambda places: places if len(places) > 1 else []),
    "only the second of a group": duplicates(drop=lambda places: places[1:2]),
    "indices to keep": duplicates(drop=lambda places: places[:1]),
    "not normalised": duplicates(form=lambda t: t),
    "lower instead of casefold": duplicates(form=lambda t: " ".join(t.lower().split())),
    "group by group instead of ascending": duplicates(order=list),
    "descending": duplicates(order=lambda i: sorted(i, reverse=True)),
    "a set of indices": duplicates(order=set),
    "neighbours only": neighbours_only,
    "compared with the first document only": later_ones_compared_with_the_first,
    "documents instead of indices": lambda docs: [docs[i] for i in duplicates()(docs)],
    "word order ignored": duplicates(form=lambda t: " ".join(sorted(normalize(t).split()))),
    "word borders ignored": duplicates(form=lambda t: normalize(t).replace(" ", "")),
    "first letters compared": duplicates(form=lambda t: normalize(t)[:3]),
    "empty texts skipped": duplicates(drop=lambda p: p[1:], form=lambda t: normalize(t) or object()),
    "refuses an empty list": lambda docs: duplicates()(docs) if docs else None,
    "counts from one": lambda docs: [i + 1 for i in duplicates()(docs)],
}


def grams(words, n, last=1):
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + last)}


def cut(pieces, words=lambda text: normalize(text).split(), short=lambda words: {" ".join(words)}):
    def shingles(text, n=5):
        found = words(text)
        if not found:
            return set()
        return pieces(found, n) if len(found) >= n else short(found)

    return shingles


SHINGLES = {
    "last shingle missing": cut(lambda w, n: grams(w, n, last=0)),
    "tail shingles too short": cut(lambda w, n: grams(w, n, last=n)),
    "no overlap": cut(lambda w, n: {" ".join(w[i : i + n]) for i in range(0, len(w), n)}),
    "no overlap, full ones only": cut(lambda w, n: {" ".join(w[i : i + n]) for i in range(0, len(w) - n + 1, n)}),
    "characters instead of words": lambda t, n=5: {normalize(t)[i : i + n] for i in range(len(normalize(t)) - n + 1)},
    "not normalised": cut(grams, words=str.split),
    "lower case only": cut(grams, words=lambda t: t.lower().split(" ")),
    "joined without a space": cut(lambda w, n: {"".join(w[i : i + n]) for i in range(len(w) - n + 1)}),
    "a list": cut(lambda w, n: [" ".join(w[i : i + n]) for i in range(len(w) - n + 1)]),
    "tuples of words": cut(lambda w, n: {tuple(w[i : i + n]) for i in range(len(w) - n + 1)}),
    "short texts have none": cut(grams, short=lambda w: set()),
    "short texts as words": cut(grams, short=set),
    "n words exactly are too few": cut(lambda w, n: grams(w, n) if len(w) > n else set()),
    "words sorted in each": cut(lambda w, n: {" ".join(sorted(w[i : i + n])) for i in range(len(w) - n + 1)}),
    "n ignored": cut(lambda w, n: grams(w, 5) if len(w) >= 5 else {" ".join(w)}),
    "three words by default": lambda t, n=3: cut(grams)(t, n),
    "an empty text is one empty shingle": lambda t, n=5: cut(grams)(t, n) or {""},
    "n of 1 forgotten": cut(lambda w, n: grams(w, max(n, 2))),
}


def share(part, whole, empty=1.0):
    return lambda a, b: part(a, b) / whole(a, b) if whole(a, b) else empty


JACCARD = {
    "overlap coefficient": share(lambda a, b: len(a & b), lambda a, b: min(len(a), len(b))),
    "share of the larger set": share(lambda a, b: len(a & b), lambda a, b: max(len(a), len(b))),
    "share of the first set": share(lambda a, b: len(a & b), lambda a, b: len(a)),
    "share of the second set": share(lambda a, b: len(a & b), lambda a, b: len(b)),
    "Dice": share(lambda a, b: 2 * len(a & b), lambda a, b: len(a) + len(b)),
    "union as a sum of sizes": share(lambda a, b: len(a & b), lambda a, b: len(a) + len(b)),
    "cosine": share(lambda a, b: len(a & b), lambda a, b: math.sqrt(len(a) * len(b))),
    "distance": share(lambda a, b: len(a ^ b), lambda a, b: len(a | b), empty=0.0),
    "number of shared elements": lambda a, b: float(len(a & b)),
    "empty sets are different": share(lambda a, b: len(a & b), lambda a, b: len(a | b), empty=0.0),
    "empty sets divide by zero": lambda a, b: len(a & b) / len(a | b),
    "one empty set counts as equal": lambda a, b: len(a & b) / len(a | b) if a and b else 1.0,
    "a first empty set counts as equal": lambda a, b: len(a & b) / len(a | b) if a else 1.0,
    "a second empty set counts as equal": lambda a, b: len(a & b) / len(a | b) if b else 1.0,
    "rounded": lambda a, b: float(round(len(a & b) / len(a | b))) if a | b else 1.0,
    "whole numbers": lambda a, b: len(a & b) // len(a | b) if a | b else 1.0,
    "equal or not": lambda a, b: float(a == b),
    "smoothed": lambda a, b: (len(a & b) + 1) / (len(a | b) + 1),
    "symmetric difference below the line": share(lambda a, b: len(a & b), lambda a, b: len(a ^ b)),
}


def hash_value(shingle, i, seed):
    return int.from_bytes(hashlib.blake2b(f"{seed} {i} {shingle}".encode(), digest_size=8).digest(), "big")


def signature(pick=min, value=hash_value, numbers=range, after=list, check=True):
    def minhash(shingles, num_hashes, seed):
        if check:
            need(shingles)
        return after([pick([value(s, i, seed) for s in sorted(shingles)]) for i in numbers(num_hashes)])

    return minhash


def smallest_of_one_numbering(shingles, num_hashes, seed):
    need(shingles)
    return sorted(hash_value(s, 0, seed) for s in shingles)[:num_hashes]


def one_number_a_shingle(shingles, num_hashes, seed):
    need(shingles)
    return sorted(min(hash_value(s, i, seed) for i in range(num_hashes)) for s in shingles)


MINHASH = {
    "without a seed": signature(value=lambda s, i, seed: hash_value(s, i, 0)),
    "seed of one": signature(value=lambda s, i, seed: hash_value(s, i, 1)),
    "one numbering for all positions": signature(value=lambda s, i, seed: hash_value(s, 0, seed)),
    "seed and numbering added": signature(value=lambda s, i, seed: hash_value(s, 0, seed + i)),
    "Python's own hash": signature(value=lambda s, i, seed: hash((s, i, seed))),
    "the largest value": signature(pick=max),
    "the first value": signature(pick=lambda values: values[0]),
    "the sum of the values": signature(pick=sum),
    "the mean of the values": signature(pick=lambda values: sum(values) // len(values)),
    "numbered from one": signature(numbers=lambda n: range(1, n + 1)),
    "one number too many": signature(numbers=lambda n: range(n + 1)),
    "one number too few": signature(numbers=lambda n: range(n - 1)),
    "always 128 numbers": signature(numbers=lambda n: range(128)),
    "at least four numbers": signature(numbers=lambda n: range(max(n, 4))),
    "sorted": signature(after=sorted),
    "a tuple": signature(after=tuple),
    "a set": signature(after=set),
    "floats": signature(after=lambda values: [v / 2**64 for v in values]),
    "text": signature(after=lambda values: [f"{v:x}" for v in values]),
    "k smallest of one numbering": smallest_of_one_numbering,
    "a number for each shingle": one_number_a_shingle,
    "shingles instead of numbers": lambda s, num_hashes, seed: [
        min(s, key=lambda x: hash_value(x, i, seed)) for i in range(num_hashes)
    ],
    "an empty set gives nothing": lambda s, num_hashes, seed: signature()(s, num_hashes, seed) if s else [],
    "an empty set gives zeros": lambda s, num_hashes, seed: signature()(s, num_hashes, seed) if s else [0] * num_hashes,
}

ESTIMATED_JACCARD = {
    "values as sets": lambda a, b: len(set(a) & set(b)) / len(set(a) | set(b)),
    "values found anywhere": lambda a, b: sum(x in b for x in a) / len(a),
    "number of equal positions": lambda a, b: float(sum(x == y for x, y in zip(a, b))),
    "share of different positions": lambda a, b: sum(x != y for x, y in zip(a, b)) / len(a),
    "divided by both lengths": lambda a, b: sum(x == y for x, y in zip(a, b)) / (len(a) + len(b)),
    "as jaccard of positions": lambda a, b: (
        (k := sum(x == y for x, y in zip(a, b))) / (len(a) + len(b) - k) if a != b else 1.0
    ),
    "equal values counted once": lambda a, b: len({x for x, y in zip(a, b) if x == y}) / len(set(a)),
    "divided by one less": lambda a, b: sum(x == y for x, y in zip(a, b)) / max(1, len(a) - 1),
    "one position is too few": lambda a, b: sum(x == y for x, y in zip(a, b)) / len(a) if len(a) > 1 else 0.0,
    "equal or not": lambda a, b: float(a == b),
}

STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}


def symbols(text):
    return text.count("#") + text.count("…") + text.count("...")


def lines_of(text):
    return [line.strip() for line in text.split("\n") if line.strip()]


def bullet(line):
    return line[0] in "-*•"


def mean_length(text):
    return sum(map(len, text.split())) / len(text.split()) if text.split() else 5


RIGHT = {
    "too-few-words": lambda t: len(t.split()) < 50,
    "odd-word-length": lambda t: not 3 <= mean_length(t) <= 10,
    "many-symbols": lambda t: bool(t.split()) and symbols(t) / len(t.split()) > 0.1,
    "mostly-bullets": lambda t: bool(lines_of(t)) and sum(map(bullet, lines_of(t))) / len(lines_of(t)) > 0.9,
    "few-stop-words": lambda t: len(STOP_WORDS & set(t.casefold().split())) < 2,
    "lorem-ipsum": lambda t: "lorem ipsum" in t.casefold(),
}


def rules(order=list, after=lambda names: names, **changed):
    """The six rules with some of them done differently; underscores in a name stand for hyphens."""
    measures = {**RIGHT, **{name.replace("_", "-"): rule for name, rule in changed.items()}}
    return lambda text: after([name for name in order(measures) if measures[name](text)])


def symbol_rule(count, limit=lambda ratio: ratio > 0.1):
    return rules(many_symbols=lambda t: bool(t.split()) and limit(count(t) / len(t.split())))


def bullet_rule(starts=bullet, lines=lines_of, limit=lambda value: value > 0.9):
    return rules(mostly_bullets=lambda t: bool(lines(t)) and limit(sum(map(starts, lines(t))) / len(lines(t))))


def stop_rule(found, fewest=2):
    return rules(few_stop_words=lambda t: len(found(t)) < fewest)


def crashes_without_words(text):
    _ = 1 / len(text.split())
    return rules()(text)


def crashes_without_lines(text):
    _ = 1 / len([line for line in text.split("\n") if line])
    return rules()(text)


QUALITY_PROBLEMS = {
    "only the first problem": rules(after=lambda names: names[:1]),
    "in alphabetical order": rules(order=sorted),
    "in reverse order": rules(order=lambda names: list(names)[::-1]),
    "a set": rules(after=set),
    "number of problems": rules(after=len),
    "fewest words is too many": rules(too_few_words=lambda t: len(t.split()) <= 50),
    "fewest words one off": rules(too_few_words=lambda t: len(t.split()) < 49),
    "characters instead of words": rules(too_few_words=lambda t: len(t) < 50),
    "words split at single spaces": rules(too_few_words=lambda t: len(t.split(" ")) < 50),
    "different words": rules(too_few_words=lambda t: len(set(t.split())) < 50),
    "white space as a word": rules(too_few_words=lambda t: len(t.split(" ")) < 50 and bool(t.strip())),
    "mean of 3 is odd": rules(odd_word_length=lambda t: not 3 < mean_length(t) <= 10),
    "mean of 10 is odd": rules(odd_word_length=lambda t: not 3 <= mean_length(t) < 10),
    "short words forgotten": rules(odd_word_length=lambda t: mean_length(t) > 10),
    "long words forgotten": rules(odd_word_length=lambda t: mean_length(t) < 3),
    "longest word instead of the mean": rules(odd_word_length=lambda t: max(map(len, t.split()), default=5) > 10),
    "spaces counted as characters": rules(odd_word_length=lambda t: not 3 <= len(t) / max(1, len(t.split())) <= 10),
    "empty text has odd words": rules(odd_word_length=lambda t: not t.split() or not 3 <= mean_length(t) <= 10),
    "white space has odd words": rules(odd_word_length=lambda t: t.isspace() or not 3 <= mean_length(t) <= 10),
    "empty text has symbols": rules(many_symbols=lambda t: not t.split() or symbols(t) / len(t.split()) > 0.1),
    "empty text is mostly bullets": rules(mostly_bullets=lambda t: not t or RIGHT["mostly-bullets"](t)),
    "empty text passes": lambda t: rules()(t) if t else [],
    "white space passes": lambda t: rules()(t) if t.strip() or not t else [],
    "crashes without words": crashes_without_words,
    "crashes without lines": crashes_without_lines,
    "exactly 0.1 is many symbols": symbol_rule(symbols, limit=lambda ratio: ratio >= 0.1),
    "ellipses forgotten": symbol_rule(lambda t: t.count("#")),
    "hashes forgotten": symbol_rule(lambda t: t.count("...") + t.count("…")),
    "ellipsis character forgotten": symbol_rule(lambda t: t.count("#") + t.count("...")),
    "dots counted": symbol_rule(lambda t: t.count("#") + t.count(".") + t.count("…")),
    "words with a symbol": symbol_rule(lambda t: sum(symbols(word) > 0 for word in t.split())),
    "words that are a symbol": symbol_rule(lambda t: sum(word in ("#", "...", "…") for word in t.split())),
    "hashes and ellipses apart": symbol_rule(lambda t: max(t.count("#"), t.count("...") + t.count("…"))),
    "symbols not divided": rules(many_symbols=lambda t: symbols(t) > 5),
    "symbols for each line": rules(many_symbols=lambda t: symbols(t) > 0.1 * len(lines_of(t))),
    "symbols for each character": rules(many_symbols=lambda t: symbols(t) > 0.1 * len(t)),
    "exactly 0.9 is mostly bullets": bullet_rule(limit=lambda value: value >= 0.9),
    "one bullet is enough": bullet_rule(limit=lambda value: value > 0),
    "bullets not divided": bullet_rule(limit=lambda value: value * 10 > 9.5),
    "all lines must be bullets": bullet_rule(limit=lambda value: value == 1),
    "asterisks forgotten": bullet_rule(lambda line: line[0] in "-•"),
    "round bullets forgotten": bullet_rule(lambda line: line[0] in "-*"),
    "hyphens only": bullet_rule(lambda line: line[0] == "-"),
    "bullets anywhere in the line": bullet_rule(lambda line: any(c in line for c in "-*•")),
    "indented bullets missed": bullet_rule(
        lambda line: line[0] in "-*•", lines=lambda t: [line for line in t.split("\n") if line.strip()]
    ),
    "empty lines are lines": bullet_rule(lambda line: line[:1] in ("-", "*", "•"), lines=lambda t: t.split("\n")),
    "stop words counted with repeats": stop_rule(lambda t: [w for w in t.casefold().split() if w in STOP_WORDS]),
    "one stop word is enough": stop_rule(lambda t: STOP_WORDS & set(t.casefold().split()), fewest=1),
    "three stop words needed": stop_rule(lambda t: STOP_WORDS & set(t.casefold().split()), fewest=3),
    "capitals hide stop words": stop_rule(lambda t: STOP_WORDS & set(t.split())),
    "stop words inside words": stop_rule(lambda t: {w for w in STOP_WORDS if w in t.casefold()}),
    "stop words stripped of punctuation": stop_rule(
        lambda t: STOP_WORDS & {w.strip(".,;:") for w in t.casefold().split()}
    ),
    "few stop words means many": rules(few_stop_words=lambda t: len(STOP_WORDS & set(t.casefold().split())) >= 2),
    "lorem ipsum in one case": rules(lorem_ipsum=lambda t: "lorem ipsum" in t),
    "lorem ipsum in small letters or a capital": rules(lorem_ipsum=lambda t: "orem ipsum" in t),
    "lorem ipsum forgotten": rules(lorem_ipsum=lambda t: False),
    "lorem ipsum once is fine": rules(lorem_ipsum=lambda t: t.casefold().count("lorem ipsum") > 1),
}


def split(rounded, check=lambda *_: True, weigh=lambda weights: weights, names=lambda domains, weights: domains):
    """A mixture that rounds its exact shares in its own way; `check` stands for what it refuses."""

    def mixture(domain_tokens, weights, budget):
        need(check(domain_tokens, weights))
        weights = weigh(weights)
        total = sum(weights.values())
        shares = {d: budget * weights.get(d, 0) / total for d in names(domain_tokens, weights)}
        return rounded(shares, budget, domain_tokens, weights)

    return mixture


def largest(key):
    """Round down and hand out what is missing, by a key for (domain, share)."""

    def rounded(shares, budget, sizes, weights):
        tokens = {d: math.floor(share) for d, share in shares.items()}
        for domain in sorted(shares, key=lambda d: key(d, shares, weights))[: budget - sum(tokens.values())]:
            tokens[domain] += 1
        return tokens

    return rounded


def by_fraction(domain, shares, weights):
    return math.floor(shares[domain]) - shares[domain]


def refused(sizes, weights, skip=""):
    """Everything the contract refuses, but for one thing."""
    found = {
        "unknown": any(d not in sizes for d in weights),
        "unknown with weight 0": any(d not in sizes and not w for d, w in weights.items()),
        "negative": any(w < 0 for w in weights.values()),
        "all zero": weights and not any(w > 0 for w in weights.values()),
        "none": not weights,
        "empty domain": any(w > 0 and not sizes.get(d, 1) for d, w in weights.items()),
    }
    if skip == "unknown with weight 0":
        found["unknown"] = any(d not in sizes and w for d, w in weights.items())
    return not any(bad for name, bad in found.items() if name != skip)


def fair(**how):
    return split(largest(by_fraction), **{"check": refused, **how})


def checked(rounded):
    return split(rounded, check=refused)


def rest_to(pick):
    def rounded(shares, budget, sizes, weights):
        tokens = {d: math.floor(share) for d, share in shares.items()}
        tokens[pick(shares)] += budget - sum(tokens.values())
        return tokens

    return rounded


def not_normalised(sizes, weights, budget):
    need(refused(sizes, weights))
    return largest(by_fraction)({d: budget * weights.get(d, 0) for d in sizes}, budget, sizes, weights)


def capped(shares, budget, sizes, weights):
    return {d: min(n, sizes[d]) for d, n in largest(by_fraction)(shares, budget, sizes, weights).items()}


def by_size(sizes, weights, budget):
    need(refused(sizes, weights))
    scaled = {d: sizes[d] * weights.get(d, 0) for d in sizes}
    return fair(check=lambda *_: True)(sizes, scaled, budget)


def silent(test):
    """Everything right, but one kind of bad input is let through."""

    def mixture(sizes, weights, budget):
        need(refused(sizes, weights, skip=test))
        if not any(w > 0 for w in weights.values()):
            return dict.fromkeys(sizes, 0)
        return fair(check=lambda *_: True)(sizes, {d: w for d, w in weights.items() if d in sizes}, budget)

    return mixture


def refuses_nothing(sizes, weights, budget):
    if not any(w > 0 for w in weights.values()):
        return dict.fromkeys(sizes, 0)
    return fair(check=lambda *_: True)(sizes, weights, budget)


MIXTURE = {
    "each share rounded": checked(lambda s, *_: {d: round(x) for d, x in s.items()}),
    "each share rounded down": checked(lambda s, *_: {d: math.floor(x) for d, x in s.items()}),
    "each share rounded up": checked(lambda s, *_: {d: math.ceil(x) for d, x in s.items()}),
    "shares left as floats": checked(lambda s, *_: dict(s)),
    "what is missing goes to the first": checked(rest_to(lambda s: next(iter(s)))),
    "what is missing goes to the last": checked(rest_to(lambda s: list(s)[-1])),
    "what is missing goes to the largest": checked(rest_to(lambda s: max(s, key=s.get))),
    "largest share instead of largest fraction": checked(largest(lambda d, s, w: -s[d])),
    "smallest fraction first": checked(largest(lambda d, s, w: s[d] - math.floor(s[d]))),
    "first domains first": checked(largest(lambda d, s, w: 0)),
    "ties go to the last": checked(largest(lambda d, s, w: (by_fraction(d, s, w), -list(s).index(d)))),
    "ties go by the order of the weights": checked(
        largest(lambda d, s, w: (by_fraction(d, s, w), list(w).index(d) if d in w else 99))
    ),
    "ties go to the larger share": checked(largest(lambda d, s, w: (by_fraction(d, s, w), -s[d]))),
    "ties go to the later name": checked(largest(lambda d, s, w: (by_fraction(d, s, w), -ord(d[0])))),
    "weights not normalised": not_normalised,
    "weights taken as per cent": split(
        lambda s, budget, sizes, w: largest(by_fraction)(
            {d: budget * w.get(d, 0) / 100 for d in sizes}, budget, sizes, w
        ),
        check=refused,
    ),
    "weighted by size as well": by_size,
    "never more than there is": checked(capped),
    "equal shares": fair(weigh=lambda weights: dict.fromkeys(weights, 1)),
    "domains without a weight left out": fair(names=lambda domains, weights: [d for d in domains if d in weights]),
    "domains with weight 0 left out": checked(
        lambda s, budget, sizes, w: {d: n for d, n in largest(by_fraction)(s, budget, sizes, w).items() if w.get(d)}
    ),
    "domains without a weight get weight 1": fair(weigh=lambda w: {**dict.fromkeys("abc", 1), **w}),
    "refuses an empty domain with weight 0": fair(check=lambda s, w: refused(s, w) and all(s.values())),
    "refuses to read a domain twice": split(
        largest(by_fraction), check=lambda s, w: refused(s, w) and sum(s.values()) > 20
    ),
    "refuses a budget of 0": lambda s, w, budget: need(budget > 0) or fair()(s, w, budget),
    "always a token for each": checked(
        lambda s, *rest: {d: max(n, 1) for d, n in largest(by_fraction)(s, *rest).items()}
    ),
    "refuses nothing": refuses_nothing,
    **{f"lets pass: {test}": silent(test) for test in ("unknown", "negative", "all zero", "none", "empty domain")},
    "lets pass: unknown with weight 0": silent("unknown with weight 0"),
    "refuses in silence": lambda s, w, budget: fair(check=lambda *_: True)(s, w, budget) if refused(s, w) else None,
}


def named(function, answers):
    """`(function, mistake, answer)` for each; keyword names are those of the contract."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


WRONG = [
    *named("normalize", NORMALIZE),
    *named("exact_duplicates", EXACT_DUPLICATES),
    *named("shingles", SHINGLES),
    *named("jaccard", JACCARD),
    *named("minhash", MINHASH),
    *named("estimated_jaccard", ESTIMATED_JACCARD),
    *named("quality_problems", QUALITY_PROBLEMS),
    *named("mixture", MIXTURE),
]
