"""Near copies: pairs of students whose own work is almost the same, found without comparing everybody with everybody.

Work is compared as sets of shingles, without those that were handed out, by Jaccard similarity: shared shingles divided
by all. Likeness alone says little where there are few ways to write a short function, so that a pair must also share
enough *rare* shingles: as in MOSS (Schleimer, Wilkerson and Aiken 2003, "Winnowing"), what many students wrote is no
evidence. Pairs come from locality-sensitive hashing of MinHash signatures of the rare shingles and are then compared
exactly, so that the time grows with the number of students, not of pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

THRESHOLD = 0.7
"""Least Jaccard similarity of a pair that is shown."""
SHORTEST = 100
"""Distinct shingles of their own that two answers need to be compared at all."""
FEWEST = 30
"""Rare shingles that a pair must share: some five lines that hardly anybody else wrote."""
MANY, MANY_SHARE = 10, 0.02
"""A shingle is rare unless it is in the work of more students than ten, and than this share of the class."""
BANDS, ROWS = 50, 4
"""Sets of rare shingles of similarity s are compared with probability 1 - (1 - s^4)^50: 0.96 for 0.5, 1.00 for 0.7."""
MOST_COMPARED = 50
"""Candidates that one piece of work is compared with exactly: those that look most alike."""


@dataclass(frozen=True)
class CopyGroup:
    """Students whose work on one notebook is almost the same.

    Attributes:
        notebook: the notebook.
        kind: "code" or "text".
        students: their ids.
        pair: the two that are most alike.
        similarity: theirs, 0 to 1.
        least: the lowest similarity of a pair that was compared.
    """

    notebook: str
    kind: str
    students: tuple[str, ...]
    pair: tuple[str, str]
    similarity: float
    least: float


def jaccard(a: np.ndarray, b: np.ndarray) -> float:
    """Shared shingles divided by all, of two sorted sets.

    Example:
        >>> jaccard(np.array([1, 2, 3]), np.array([2, 3, 4]))
        0.5
    """
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both / max(1, len(a) + len(b) - both)


def rare(work: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each student's shingles without those of many; students with too few of either are left out."""
    if not work:
        return {}
    values, counts = np.unique(np.concatenate(list(work.values())), return_counts=True)
    common = values[counts > max(MANY, MANY_SHARE * len(work))]
    long = {student: own for student, own in work.items() if len(own) >= SHORTEST}
    found = {student: np.setdiff1d(own, common, assume_unique=True) for student, own in long.items()}
    return {student: own for student, own in found.items() if len(own) >= FEWEST}


def near_pairs(work: dict[str, np.ndarray]) -> list[tuple[str, str, float]]:
    """Pairs of students whose work is alike and shares enough rare shingles, each with its similarity.

    Args:
        work: student -> sorted distinct shingles of their own.
    """
    from datasketch import MinHash, MinHashLSH

    seldom = rare(work)
    students = list(seldom)
    empty = MinHash(num_perm=BANDS * ROWS, seed=1, hashfunc=int)
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    signatures = np.empty((len(students), BANDS * ROWS), dtype=np.uint32)
    pairs = []
    for place, student in enumerate(students):
        signature = empty.copy()
        signature.update_batch(seldom[student].tolist())
        signatures[place] = signature.hashvalues
        candidates = np.array(sorted(index.query(signature)), dtype=int)
        if len(candidates) > MOST_COMPARED:
            alike = (signatures[candidates] == signatures[place]).mean(axis=1)
            candidates = candidates[np.argsort(-alike, kind="stable")[:MOST_COMPARED]]
        for other in (students[candidate] for candidate in candidates):
            shared = len(np.intersect1d(seldom[student], seldom[other], assume_unique=True))
            if shared >= FEWEST and (similarity := jaccard(work[student], work[other])) >= THRESHOLD:
                pairs.append((other, student, similarity))
        index.insert(place, signature, check_duplication=False)
    return pairs


def groups_of(pairs: Sequence[tuple[str, str, float]]) -> list[list[tuple[str, str, float]]]:
    """Pairs that hang together through shared students, largest group first."""
    leader: dict[str, str] = {}

    def find(student: str) -> str:
        while (above := leader.setdefault(student, student)) != student:
            leader[student] = leader[above]
            student = above
        return student

    for one, other, _ in pairs:
        leader[find(other)] = find(one)
    groups = defaultdict(list)
    for pair in pairs:
        groups[find(pair[0])].append(pair)
    return sorted(groups.values(), key=len, reverse=True)


def near_copies(notebook: str, kind: str, work: dict[str, np.ndarray], released: np.ndarray) -> list[CopyGroup]:
    """The groups of students whose own work on a notebook is almost the same, most alike first.

    Args:
        notebook: its name.
        kind: "code" or "text".
        work: student -> shingles of their answers.
        released: shingles of what was handed out.
    """
    own = {student: np.setdiff1d(theirs, released, assume_unique=True) for student, theirs in work.items()}
    found = []
    for group in groups_of(near_pairs(own)):
        one, other, similarity = max(group, key=lambda pair: pair[2])
        members = tuple(sorted({student for pair in group for student in pair[:2]}))
        found.append(CopyGroup(notebook, kind, members, (one, other), similarity, min(pair[2] for pair in group)))
    return sorted(found, key=lambda group: (-group.similarity, -len(group.students), group.students))
