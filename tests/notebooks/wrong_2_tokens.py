"""Plausible wrong answers to unit 2, each with its mistake named; the notebook's tests must catch them all."""

import itertools
import math
import unicodedata
from collections import Counter

import regex
import tiktoken

PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
LEFT, RIGHT = 0, 1


def split(text, pattern=PATTERN):
    return regex.findall(pattern, text)


def token_bytes(merges):
    pieces = [bytes([i]) for i in range(256)]
    for left, right in merges:
        pieces.append(pieces[left] + pieces[right])
    return pieces


# ---- counting


def counted(pairs=itertools.pairwise, add=lambda old, count: old + count, after=lambda counts: counts):
    def count_pairs(words):
        counts = {}
        for word, count in words.items():
            for pair in pairs(word):
                counts[pair] = add(counts.get(pair, 0), count)
        return after(counts)

    return count_pairs


right_count = counted()


def without_overlap(word):
    i = 0
    while i + 1 < len(word):
        yield word[i], word[i + 1]
        i += 2 if word[i : i + 2] == word[i + 1 : i + 3] else 1


def across_words(words):
    return right_count({tuple(i for word, count in words.items() for i in word * count): 1})


COUNT_PAIRS = {
    "not weighted by the word's count": counted(add=lambda old, count: old + 1),
    "once a word": counted(lambda word: set(itertools.pairwise(word))),
    "words that hold the pair": counted(lambda word: set(itertools.pairwise(word)), lambda old, count: old + 1),
    "overlapping pairs counted once": counted(without_overlap),
    "every other position": counted(lambda word: zip(word[::2], word[1::2])),
    "the last word's count wins": counted(add=lambda old, count: count),
    "the largest count wins": counted(add=max),
    "counts multiplied": counted(add=lambda old, count: (old or 1) * count),
    "only the first pair of a word": counted(lambda word: list(itertools.pairwise(word))[:1]),
    "last pair missing": counted(lambda word: list(itertools.pairwise(word))[:-1]),
    "first pair missing": counted(lambda word: list(itertools.pairwise(word))[1:]),
    "across word borders": across_words,
    "around the end of the word": counted(lambda word: zip(word, word[1:] + word[:1])),
    "any two ids of a word": counted(lambda word: itertools.combinations(word, 2)),
    "order within the pair ignored": counted(lambda word: (tuple(sorted(p)) for p in itertools.pairwise(word))),
    "right id first": counted(lambda word: (p[::-1] for p in itertools.pairwise(word))),
    "pairs of one id twice left out": counted(lambda word: (p for p in itertools.pairwise(word) if p[0] != p[1])),
    "pairs seen once left out": counted(after=lambda counts: {p: n for p, n in counts.items() if n > 1}),
    "single ids": counted(lambda word: word),
    "triples": counted(lambda word: zip(word, word[1:], word[2:])),
    "shares": counted(after=lambda counts: {p: n / sum(counts.values()) for p, n in counts.items()}),
    "a list": counted(after=lambda counts: list(counts.items())),
    "most frequent pair only": counted(after=lambda counts: dict(Counter(counts).most_common(1))),
    "every pair of known ids": lambda words: {
        pair: right_count(words).get(pair, 0) for pair in itertools.product(set(itertools.chain(*words)), repeat=2)
    },
    "refuses short words": counted(lambda word: [(word[0], word[1]), *itertools.pairwise(word[1:])]),
    "nothing for no words": lambda words: right_count(words) or None,
}


# ---- merging


def merge(ids, pair, new_id):
    merged, i = [], 0
    while i < len(ids):
        found = ids[i : i + 2] == tuple(pair)
        merged.append(new_id if found else ids[i])
        i += 2 if found else 1
    return tuple(merged)


def merge_from_the_right(ids, pair, new_id):
    return merge(ids[::-1], pair[::-1], new_id)[::-1]


def merge_with_overlap(ids, pair, new_id):
    merged = []
    for i, token in enumerate(ids):
        if ids[i : i + 2] == pair:
            merged.append(new_id)
        elif i == 0 or ids[i - 1 : i + 1] != pair:
            merged.append(token)
    return tuple(merged)


def merge_some(which):
    """Merges at one of the places only."""

    def merge_pair(ids, pair, new_id):
        places = [i for i in range(len(ids)) if ids[i : i + 2] == pair]
        if not places:
            return ids
        return (*ids[: places[which]], new_id, *ids[places[which] + 2 :])

    return merge_pair


def as_text(ids, pair, new_id):
    replaced = " ".join(map(str, ids)).replace(" ".join(map(str, pair)), str(new_id))
    return tuple(int(token) for token in replaced.split())


def without_the_end(ids, pair, new_id):
    merged, i = [], 0
    while i < len(ids) - 1:
        found = ids[i : i + 2] == pair
        merged.append(new_id if found else ids[i])
        i += 2 if found else 1
    return tuple(merged)


def every_other_place(ids, pair, new_id):
    cut = [ids[i : i + 2] for i in range(0, len(ids), 2)]
    return tuple(itertools.chain(*((new_id,) if part == pair else part for part in cut)))


def the_second_stays(ids, pair, new_id):
    return tuple(new_id if ids[i : i + 2] == pair else token for i, token in enumerate(ids))


def runs_as_one(ids, pair, new_id):
    merged = merge(ids, pair, new_id)
    return tuple(t for i, t in enumerate(merged) if t != new_id or i == 0 or merged[i - 1] != new_id)


MERGE_PAIR = {
    "from right to left": merge_from_the_right,
    "with overlap": merge_with_overlap,
    "only the first": merge_some(0),
    "only the last": merge_some(-1),
    "the second id stays": the_second_stays,
    "the last id lost": without_the_end,
    "only at even places": every_other_place,
    "a run becomes one": runs_as_one,
    "as text": as_text,
    "either order": lambda ids, pair, new_id: merge(merge(ids, pair, new_id), pair[::-1], new_id),
    "the other order": lambda ids, pair, new_id: merge(ids, pair[::-1], new_id),
    "always id 256": lambda ids, pair, new_id: merge(ids, pair, 256),
    "both ids replaced": lambda ids, pair, new_id: tuple(
        t for token in merge(ids, pair, new_id) for t in (token,) * (2 if token == new_id else 1)
    ),
    "the pair removed": lambda ids, pair, new_id: tuple(t for t in merge(ids, pair, new_id) if t != new_id),
    "either id replaced": lambda ids, pair, new_id: tuple(new_id if t in pair else t for t in ids),
    "a list": lambda ids, pair, new_id: list(merge(ids, pair, new_id)),
    "nothing changed": lambda ids, pair, new_id: ids,
    "nothing for no ids": lambda ids, pair, new_id: merge(ids, pair, new_id) or None,
    "nothing if the pair is missing": lambda ids, pair, new_id: (
        merge(ids, pair, new_id) if pair in itertools.pairwise(ids) else ()
    ),
    "nothing if it becomes one id": lambda ids, pair, new_id: ids if ids == pair else merge(ids, pair, new_id),
}


# ---- training


def need(condition):
    if not condition:
        raise ValueError("does not fit")


def greatest(counts, pieces):
    return max(counts, key=lambda pair: (counts[pair], pieces[pair[LEFT]], pieces[pair[RIGHT]]))


def trained(
    words=split,
    to_ids=str.encode,
    weigh=lambda count: count,
    count=right_count,
    best=greatest,
    merge_pair=merge,
    first_id=256,
    room=lambda vocab_size: vocab_size - 256,
    least=1,
    check=lambda vocab_size: vocab_size >= 256,
    after=lambda merges: merges,
):
    """Training with one thing done differently."""

    def train_bpe(text, vocab_size):
        need(check(vocab_size))
        counts = Counter(words(text))
        parts = {tuple(to_ids(word)): weigh(count) for word, count in counts.items() if word}
        merges, pieces = [], dict(enumerate(token_bytes([])))
        while len(merges) < room(vocab_size):
            pairs = count(parts)
            if not pairs:
                break
            pair = best(pairs, pieces)
            if pairs[pair] < least:
                break
            new_id = first_id + len(merges)
            pieces[new_id] = pieces[pair[0]] + pieces[pair[1]]
            merges.append(pair)
            parts = {merge_pair(part, pair, new_id): count for part, count in parts.items()}
        return after(merges)

    return train_bpe


right_train = trained()


def by(key):
    """The most frequent pair; ties go to the greatest `key(pair, pieces)`."""
    return lambda counts, pieces: max(counts, key=lambda pair: (counts[pair], key(pair, pieces)))


def smallest(counts, pieces):
    top = max(counts.values())
    return min((p for p in counts if counts[p] == top), key=lambda p: (pieces[p[0]], pieces[p[1]]))


def readable(piece):
    return piece.decode("utf-8", errors="replace")


def counted_once_for_all(text, vocab_size):
    need(vocab_size >= 256)
    counts = right_count({tuple(word.encode()): n for word, n in Counter(split(text)).items()})
    pieces = token_bytes([])
    ordered = sorted(counts, key=lambda p: (counts[p], pieces[p[0]], pieces[p[1]]), reverse=True)
    return ordered[: vocab_size - 256]


def never_ends_early(text, vocab_size):
    merges = right_train(text, vocab_size)
    need(len(merges) == vocab_size - 256)
    return merges


TRAIN_BPE = {
    "the whole text is one word": trained(words=lambda t: [t]),
    "words without white space": trained(words=str.split),
    "cut at spaces only": trained(words=lambda t: t.split(" ")),
    "lines instead of words": trained(words=str.splitlines),
    "letters cut from all else": trained(words=lambda t: split(t, r"\w+|\W+")),
    "punctuation left out": trained(words=lambda t: split(t, r" ?\w+")),
    "spaces apart from words": trained(words=lambda t: split(t, r"\S+|\s+")),
    "spaces removed from words": trained(words=lambda t: [word.strip() for word in split(t)]),
    "lower case": trained(words=lambda t: split(t.lower())),
    "white space stripped": trained(words=lambda t: split(t.strip())),
    "normalised": trained(words=lambda t: split(unicodedata.normalize("NFKC", t))),
    "line ends translated": trained(words=lambda t: split(t.replace("\r\n", "\n"))),
    "each distinct word once": trained(weigh=lambda count: 1),
    "only words seen twice": trained(
        words=lambda t: [w for w, n in Counter(split(t)).items() for _ in range(n) if n > 1]
    ),
    "characters instead of bytes": trained(to_ids=lambda w: [min(ord(c), 255) for c in w]),
    "ASCII only": trained(to_ids=lambda w: w.encode("ascii", errors="ignore")),
    "Latin-1": trained(to_ids=lambda w: w.encode("latin-1", errors="replace")),
    "UTF-16": trained(to_ids=lambda w: w.encode("utf-16-le")),
    "pairs counted once a word": trained(count=COUNT_PAIRS["once a word"]),
    "pairs not weighted": trained(count=COUNT_PAIRS["not weighted by the word's count"]),
    "overlapping pairs counted once": trained(count=COUNT_PAIRS["overlapping pairs counted once"]),
    "pairs of one id twice left out": trained(count=COUNT_PAIRS["pairs of one id twice left out"]),
    "pairs across word borders": trained(count=across_words),
    "pairs counted once for all": counted_once_for_all,
    "merged from the right": trained(merge_pair=merge_from_the_right),
    "merged with overlap": trained(merge_pair=merge_with_overlap),
    "merged only once a word": trained(merge_pair=merge_some(0)),
    "ties to the first seen": trained(best=by(lambda p, pieces: 0)),
    "ties to the last seen": trained(best=lambda counts, pieces: max(reversed(counts), key=counts.get)),
    "ties to the smaller bytes": trained(best=smallest),
    "ties to the greater ids": trained(best=by(lambda p, pieces: p)),
    "ties to the smaller ids": trained(best=by(lambda p, pieces: (-p[0], -p[1]))),
    "ties to the greater joined bytes": trained(best=by(lambda p, pieces: pieces[p[0]] + pieces[p[1]])),
    "ties to the greater right side": trained(best=by(lambda p, pieces: (pieces[p[1]], pieces[p[0]]))),
    "ties by the left side alone": trained(best=by(lambda p, pieces: pieces[p[0]])),
    "ties by bytes, then by the right id": trained(best=by(lambda p, pieces: (pieces[p[0]], p[1]))),
    "ties by the left id, then by bytes": trained(best=by(lambda p, pieces: (p[0], pieces[p[1]]))),
    "ties to the longer pair": trained(
        best=by(lambda p, pieces: (len(pieces[p[0]] + pieces[p[1]]), pieces[p[0]], pieces[p[1]]))
    ),
    "ties to the shorter pair": trained(
        best=by(lambda p, pieces: (-len(pieces[p[0]] + pieces[p[1]]), pieces[p[0]], pieces[p[1]]))
    ),
    "ties by replaced text": trained(best=by(lambda p, pieces: (readable(pieces[p[0]]), readable(pieces[p[1]])))),
    "ties without case": trained(best=by(lambda p, pieces: (pieces[p[0]].lower(), pieces[p[1]].lower()))),
    "the rarest pair": trained(best=lambda counts, pieces: min(counts, key=lambda p: (counts[p], pieces[p[0]]))),
    "the greatest ids whatever the count": trained(best=lambda counts, pieces: max(counts)),
    "stops at pairs seen once": trained(least=2),
    "stops at pairs seen twice": trained(least=3),
    "vocab_size is the number of merges": trained(room=lambda size: size),
    "one merge too many": trained(room=lambda size: size - 255),
    "one merge too few": trained(room=lambda size: size - 257),
    "as many merges as there are": trained(room=lambda size: math.inf if size > 256 else 0),
    "new ids from 257": trained(first_id=257),
    "refuses a short text": never_ends_early,
    "refuses an empty text": lambda text, vocab_size: need(text) or right_train(text, vocab_size),
    "fills up": lambda text, vocab_size: (
        right_train(text, vocab_size) + [(0, 0)] * (vocab_size - 256 - len(right_train(text, vocab_size)))
    ),
    "last merge first": trained(after=lambda merges: merges[::-1]),
    "lists as pairs": trained(after=lambda merges: [list(pair) for pair in merges]),
    "a tuple of merges": trained(after=tuple),
    "a dict of merges": trained(after=lambda merges: {pair: 256 + i for i, pair in enumerate(merges)}),
    "byte strings": trained(after=lambda merges: [(token_bytes(merges)[a], token_bytes(merges)[b]) for a, b in merges]),
    "checks nothing": trained(check=lambda size: True),
    "allows 255": trained(check=lambda size: size >= 255),
    "refuses negative sizes only": trained(check=lambda size: size >= 0),
    "refuses sizes from 1 to 255 only": trained(check=lambda size: not 0 < size < 256),
    "refuses 256": trained(check=lambda size: size > 256),
    "nothing for 256": lambda text, vocab_size: right_train(text, vocab_size) if vocab_size != 256 else None,
    "refuses in silence": lambda text, vocab_size: right_train(text, vocab_size) if vocab_size >= 256 else [],
}


# ---- encoding and decoding


def by_merges(ids, merges, merge_pair=merge, first_id=256):
    for new_id, pair in enumerate(merges, start=first_id):
        ids = merge_pair(ids, pair, new_id)
    return ids


def encoded(words=split, to_ids=str.encode, apply=by_merges, after=list):
    """Encoding with one thing done differently."""

    def encode(text, merges):
        return after(i for word in words(text) for i in apply(tuple(to_ids(word)), merges))

    return encode


right_encode = encoded()


def longest_match(ids, merges):
    ranks = {piece: i for i, piece in enumerate(token_bytes(merges))}
    rest = bytes(ids)
    while rest:
        length = max(n for n in range(1, len(rest) + 1) if rest[:n] in ranks)
        yield ranks[rest[:length]]
        rest = rest[length:]


def leftmost_first(ids, merges):
    ids = list(ids)
    while places := [i for i, pair in enumerate(itertools.pairwise(ids)) if pair in merges]:
        at = places[0]
        ids[at : at + 2] = [256 + merges.index((ids[at], ids[at + 1]))]
    return ids


def one_sweep(ids, merges):
    merged = []
    for token in ids:
        merged.append(token)
        if len(merged) > 1 and tuple(merged[-2:]) in merges:
            merged[-2:] = [256 + merges.index(tuple(merged[-2:]))]
    return merged


def in_reverse_order(ids, merges):
    for i, pair in reversed(list(enumerate(merges))):
        ids = merge(ids, pair, 256 + i)
    return ids


def bytes_merged_only(ids, merges):
    return by_merges(ids, [pair if max(pair) < 256 else (-1, -1) for pair in merges])


def latest_first(ids, merges):
    ids = tuple(ids)
    while found := [pair for pair in itertools.pairwise(ids) if pair in merges]:
        pair = max(found, key=merges.index)
        ids = merge(ids, pair, 256 + merges.index(pair))
    return ids


ENCODE = {
    "greedy longest match": encoded(apply=longest_match),
    "leftmost pair first": encoded(apply=leftmost_first),
    "one sweep from the left": encoded(apply=one_sweep),
    "latest merge first": encoded(apply=latest_first),
    "merges in reverse order": encoded(apply=in_reverse_order),
    "merges of merges left out": encoded(apply=bytes_merged_only),
    "last merge left out": lambda text, merges: right_encode(text, merges[:-1]),
    "only the first merge": lambda text, merges: right_encode(text, merges[:1]),
    "each merge once a word": encoded(apply=lambda ids, m: by_merges(ids, m, merge_some(0))),
    "merged from the right": encoded(apply=lambda ids, m: by_merges(ids, m, merge_from_the_right)),
    "merged with overlap": encoded(apply=lambda ids, m: by_merges(ids, m, merge_with_overlap)),
    "no merges at all": encoded(apply=lambda ids, m: ids),
    "new ids from 257": encoded(apply=lambda ids, m: [i + (i > 255) for i in by_merges(ids, m)]),
    "text not split": encoded(words=lambda t: [t]),
    "white space lost": encoded(words=str.split),
    "cut at spaces, which are lost": encoded(words=lambda t: t.split(" ")),
    "spaces apart from words": encoded(words=lambda t: split(t, r"\S+|\s+")),
    "spaces removed from words": encoded(words=lambda t: [word.strip() for word in split(t)]),
    "punctuation lost": encoded(words=lambda t: split(t, r" ?\w+|\s+")),
    "each word once": encoded(words=lambda t: dict.fromkeys(split(t))),
    "the first word only": encoded(words=lambda t: split(t)[:1]),
    "lower case": encoded(words=lambda t: split(t.lower())),
    "ends stripped": encoded(words=lambda t: split(t.strip())),
    "normalised": encoded(words=lambda t: split(unicodedata.normalize("NFKC", t))),
    "line ends translated": encoded(words=lambda t: split(t.replace("\r\n", "\n"))),
    "characters instead of bytes": encoded(to_ids=lambda w: map(ord, w)),
    "ASCII only": encoded(to_ids=lambda w: w.encode("ascii", errors="ignore")),
    "Latin-1": encoded(to_ids=lambda w: w.encode("latin-1", errors="replace")),
    "UTF-16": encoded(to_ids=lambda w: w.encode("utf-16-le")),
    "a tuple": encoded(after=tuple),
    "a list for each word": lambda text, merges: [right_encode(word, merges) for word in split(text)],
    "byte strings": lambda text, merges: [token_bytes(merges)[i] for i in right_encode(text, merges)],
    "nothing for no text": lambda text, merges: right_encode(text, merges) or None,
    "a zero for no text": lambda text, merges: right_encode(text, merges) or [0],
}


def joined(bytes_of=token_bytes, errors="replace", encoding="utf-8", after=lambda text: text):
    """Decoding with one thing done differently."""
    return lambda ids, merges: after(b"".join(bytes_of(merges)[i] for i in ids).decode(encoding, errors))


right_decode = joined()


def one_by_one(errors):
    return lambda ids, merges: "".join(token_bytes(merges)[i].decode("utf-8", errors) for i in ids)


def one_level(merges):
    return [bytes([i]) for i in range(256)] + [bytes(t for t in pair if t < 256) for pair in merges]


def right_first(merges):
    pieces = token_bytes([])
    for left, right in merges:
        pieces.append(pieces[right] + pieces[left])
    return pieces


DECODE = {
    "token by token": one_by_one("replace"),
    "token by token, errors ignored": one_by_one("ignore"),
    "token by token, strict": one_by_one("strict"),
    "errors ignored": joined(errors="ignore"),
    "strict": joined(errors="strict"),
    "errors as escapes": joined(errors="backslashreplace"),
    "errors as surrogates": joined(errors="surrogateescape"),
    "Latin-1": joined(encoding="latin-1"),
    "ASCII": joined(encoding="ascii"),
    "UTF-16": joined(encoding="utf-16-le"),
    "characters instead of bytes": lambda ids, merges: "".join(chr(i) for i in ids),
    "only the first merges taken apart": joined(one_level),
    "right side first": joined(right_first),
    "new ids from 257": joined(lambda merges: [*token_bytes([]), b"", *token_bytes(merges)[256:]]),
    "new ids from 255": joined(lambda merges: token_bytes([])[:255] + token_bytes(merges)[256:] + [b""]),
    "merges ignored": joined(lambda merges: token_bytes([])),
    "backwards": lambda ids, merges: right_decode(ids[::-1], merges),
    "joined with spaces": lambda ids, merges: " ".join(right_decode([i], merges) for i in ids),
    "ends stripped": joined(after=str.strip),
    "line ends translated": joined(after=lambda text: text.replace("\r\n", "\n")),
    "normalised": joined(after=lambda text: unicodedata.normalize("NFKC", text)),
    "replacement signs removed": joined(after=lambda text: text.replace("\ufffd", "")),
    "a question mark for bad bytes": joined(after=lambda text: text.replace("\ufffd", "?")),
    "one replacement sign for a run": joined(after=lambda text: regex.sub("\ufffd+", "\ufffd", text)),
    "bytes": lambda ids, merges: b"".join(token_bytes(merges)[i] for i in ids),
    "a list of pieces": lambda ids, merges: [right_decode([i], merges) for i in ids],
    "nothing for no ids": lambda ids, merges: right_decode(ids, merges) or None,
    "refuses no ids": lambda ids, merges: need(ids) or right_decode(ids, merges),
}


# ---- tiktoken and the measure


def built(pieces=token_bytes, pattern=PATTERN, special=lambda n: {}, ranks=None, after=lambda encoding: encoding):
    """An encoding with one thing done differently."""

    def to_tiktoken(merges):
        found = pieces(merges)
        numbered = ranks(found) if ranks else {piece: i for i, piece in enumerate(found)}
        return after(
            tiktoken.Encoding("w", pat_str=pattern, mergeable_ranks=numbered, special_tokens=special(len(found)))
        )

    return to_tiktoken


GPT2_ORDER = [*range(33, 127), *range(161, 173), *range(174, 256)]
GPT2_ORDER += [i for i in range(256) if i not in GPT2_ORDER]

TO_TIKTOKEN = {
    "a special token": built(special=lambda n: {"<|endoftext|>": n}),
    "a special token for padding": built(special=lambda n: {"<|endoftext|>": n, "<pad>": n + 1}),
    "text not split": built(pattern=r"(?s).+"),
    "words and white space": built(pattern=r"\S+|\s+"),
    "letters cut from all else": built(pattern=r"\w+|\W+"),
    "words without their space": built(pattern=PATTERN.replace(" ?", "")),
    "white space lost": built(pattern=r"\S+"),
    "short forms not cut": built(pattern=PATTERN.removeprefix("'(?:[sdmt]|ll|ve|re)|")),
    "ASCII letters only": built(pattern=PATTERN.replace(r"\p{L}", "a-zA-Z").replace(" ?a-zA-Z+", " ?[a-zA-Z]+")),
    "no look ahead at white space": built(pattern=PATTERN.replace(r"|\s+(?!\S)", "")),
    "numbers of three digits": built(pattern=PATTERN.replace(r" ?\p{N}+", r" ?\p{N}{1,3}")),
    "ranks from 257": built(ranks=lambda pieces: {piece: i + (i > 255) for i, piece in enumerate(pieces)}),
    "ranks from 1": built(ranks=lambda pieces: {piece: i + 1 for i, piece in enumerate(pieces)}),
    "merges ranked in reverse": built(
        ranks=lambda pieces: {p: i if i < 256 else 255 + len(pieces) - i for i, p in enumerate(pieces)}
    ),
    "ranked by bytes": built(ranks=lambda pieces: {piece: i for i, piece in enumerate(sorted(pieces))}),
    "ranked by length": built(ranks=lambda pieces: {piece: i for i, piece in enumerate(sorted(pieces, key=len))}),
    "longest first": built(
        ranks=lambda pieces: {p: i for i, p in enumerate(pieces[:256] + sorted(pieces[256:], key=len, reverse=True))}
    ),
    "bytes in GPT-2's order": built(lambda merges: [bytes([i]) for i in GPT2_ORDER] + token_bytes(merges)[256:]),
    "bytes after the merges": built(lambda merges: token_bytes(merges)[256:] + token_bytes([])),
    "last merge left out": built(lambda merges: token_bytes(merges[:-1])),
    "no merges": built(lambda merges: token_bytes([])),
    "merges of merges left out": built(lambda merges: list(dict.fromkeys(one_level(merges)))),
    "right side first": built(lambda merges: list(dict.fromkeys(right_first(merges)))),
    "characters instead of bytes": built(
        lambda merges: list(dict.fromkeys(piece.decode("latin-1").encode() for piece in token_bytes(merges)))
    ),
    "the ranks only": lambda merges: {piece: i for i, piece in enumerate(token_bytes(merges))},
    "nothing returned": built(after=lambda encoding: None),
    "the function of the encoding": built(after=lambda encoding: encoding.encode),
}


def ratio(top, bottom=lambda text, ids: len(ids), empty=0.0):
    def bytes_per_token(text, encode):
        ids = encode(text)
        return top(text, ids) / bottom(text, ids) if text else empty

    return bytes_per_token


def size(text, ids):
    return len(text.encode())


BYTES_PER_TOKEN = {
    "tokens per byte": ratio(lambda text, ids: len(ids), size),
    "characters per token": ratio(lambda text, ids: len(text)),
    "words per token": ratio(lambda text, ids: len(text.split())),
    "tokens per character": ratio(lambda text, ids: len(ids), lambda text, ids: len(text)),
    "bytes per character": ratio(size, lambda text, ids: len(text)),
    "bytes per different token": ratio(size, lambda text, ids: len(set(ids))),
    "different characters": ratio(lambda text, ids: len(set(text))),
    "one token too many": ratio(size, lambda text, ids: len(ids) + 1),
    "bits": ratio(lambda text, ids: 8 * len(text.encode())),
    "ASCII bytes": ratio(lambda text, ids: len(text.encode("ascii", errors="ignore"))),
    "Latin-1 bytes": ratio(lambda text, ids: len(text.encode("latin-1", errors="replace"))),
    "UTF-16 bytes": ratio(lambda text, ids: len(text.encode("utf-16-le"))),
    "white space left out": ratio(lambda text, ids: len("".join(text.split()).encode())),
    "ends stripped": lambda text, encode: ratio(size)(text.strip(), encode),
    "line ends translated": ratio(lambda text, ids: len(text.replace("\r\n", "\n").encode())),
    "whole bytes": lambda text, encode: float(len(text.encode()) // len(encode(text))) if text else 0.0,
    "rounded": lambda text, encode: float(round(len(text.encode()) / len(encode(text)))) if text else 0.0,
    "a product": lambda text, encode: float(len(text.encode()) * len(encode(text))),
    "the bytes": lambda text, encode: float(len(text.encode())),
    "the tokens": lambda text, encode: float(len(encode(text))),
    "the largest id": lambda text, encode: len(text.encode()) / max(encode(text)) if text else 0.0,
    "mean over words": lambda text, encode: (
        sum(len(word.encode()) / len(encode(word)) for word in split(text)) / len(split(text)) if text else 0.0
    ),
    "a text": lambda text, encode: f"{ratio(size)(text, encode):.2f}",
    "empty text divides by zero": lambda text, encode: len(text.encode()) / len(encode(text)),
    "empty text gives one": ratio(size, empty=1.0),
    "empty text gives nothing": ratio(size, empty=None),
    "empty text gives infinity": ratio(size, empty=math.inf),
    "empty text gives nan": ratio(size, empty=math.nan),
    "refuses an empty text": lambda text, encode: need(text) or ratio(size)(text, encode),
}


def named(function, answers):
    """`(function, mistake, answer)` for each; keyword names are those of the contract."""
    return [(function, mistake, answer) for mistake, answer in answers.items()]


WRONG = [
    *named("count_pairs", COUNT_PAIRS),
    *named("merge_pair", MERGE_PAIR),
    *named("train_bpe", TRAIN_BPE),
    *named("encode", ENCODE),
    *named("decode", DECODE),
    *named("to_tiktoken", TO_TIKTOKEN),
    *named("bytes_per_token", BYTES_PER_TOKEN),
]
