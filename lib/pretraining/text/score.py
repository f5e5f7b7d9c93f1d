"""How well a cleaning did, on documents whose dirt is labelled: precision and recall for copies and for junk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .documents import COPIES, JUNK, Document
from .report import COPY_RULES, Removal


@dataclass(frozen=True)
class Score:
    """How well removals agree with labels.

    Attributes:
        removed: documents that these rules removed.
        right: those of them that are labelled.
        labelled: documents that should be removed.
        gone: those of them that were removed, by whatever rule.
    """

    removed: int
    right: int
    labelled: int
    gone: int

    @property
    def precision(self) -> float:
        """The share of the removed that deserved it; 1 if nothing was removed."""
        return self.right / self.removed if self.removed else 1.0

    @property
    def recall(self) -> float:
        """The share of the labelled that was removed; 1 if nothing is labelled."""
        return self.gone / self.labelled if self.labelled else 1.0


def score(removals: Iterable[Removal], documents: Iterable[Document]) -> dict[str, Score]:
    """Compare removals with the labels of the documents: one score for `"copies"`, one for `"junk"`.

    Any member of a group of copies may stay, in whatever order they came: of a group with k members, k - 1 should go.

    Args:
        removals: a report's removals.
        documents: the documents that were cleaned, with labels and `copy_of`.

    Example:
        >>> documents = [
        ...     Document("a", "web", "", frozenset()),
        ...     Document("b", "web", "", frozenset({"near-copy"}), copy_of="a"),
        ...     Document("c", "web", "", frozenset({"shouting"})),
        ... ]
        >>> scores = score([Removal("a", "web", ("near-copy",), "", "b")], documents)
        >>> scores["copies"].recall, scores["junk"].precision, scores["junk"].recall
        (1.0, 1.0, 0.0)
    """
    labels: dict[str, tuple[frozenset[str], str | None]] = {d.id: (d.labels, d.copy_of) for d in documents}
    removed = {removal.id: removal for removal in removals}
    unknown = removed.keys() - labels.keys()
    if unknown:
        raise ValueError(f"{min(unknown)!r} was removed but is not among the documents")
    by_copy_rule = {id for id, removal in removed.items() if removal.rules[0] in COPY_RULES}

    groups: dict[str, list[str]] = {}
    for id in labels:
        groups.setdefault(_original(id, labels), []).append(id)
    copies = [members for members in groups.values() if len(members) > 1]
    junk = {id for id, (of, _) in labels.items() if of & JUNK}
    return {
        "copies": Score(
            removed=len(by_copy_rule),
            right=sum(min(len(by_copy_rule.intersection(members)), len(members) - 1) for members in copies),
            labelled=sum(len(members) - 1 for members in copies),
            gone=sum(min(len(removed.keys() & members), len(members) - 1) for members in copies),
        ),
        "junk": Score(
            removed=len(removed) - len(by_copy_rule),
            right=len(junk & (removed.keys() - by_copy_rule)),
            labelled=len(junk),
            gone=len(junk & removed.keys()),
        ),
    }


@dataclass(frozen=True)
class Outcome:
    """What became of some of the documents: they were kept, or removed by one rule.

    Attributes:
        name: `"kept"`, or the rule.
        right: how many of them the labels agree with.
        wrong: the others: good documents that were removed, or dirt that was kept.
    """

    name: str
    right: int
    wrong: int


def wrongly_removed(removals: Iterable[Removal], documents: Iterable[Document]) -> list[Removal]:
    """The removals that the labels disagree with: good text called junk or a copy, or the last of a group of copies."""
    labels: dict[str, tuple[frozenset[str], str | None]] = {d.id: (d.labels, d.copy_of) for d in documents}
    may_go = Counter(_original(id, labels) for id in labels)
    may_go.subtract(list(may_go))  # one of each group should stay
    wrong = []
    for removal in removals:
        if removal.rules[0] not in COPY_RULES:
            is_wrong = not labels[removal.id][0] & JUNK
        else:
            group = _original(removal.id, labels)
            is_wrong = may_go[group] <= 0
            may_go[group] -= 1
        if is_wrong:
            wrong.append(removal)
    return wrong


def outcomes(removals: Sequence[Removal], documents: Sequence[Document]) -> list[Outcome]:
    """What was kept, then what each rule removed, the busiest first.

    Example:
        >>> documents = [Document("a", "web", ""), Document("b", "web", "", frozenset({"shouting"}))]
        >>> outcomes([Removal("a", "web", ("shouting",), "")], documents)
        [Outcome(name='kept', right=0, wrong=1), Outcome(name='shouting', right=0, wrong=1)]
    """
    missed = sum(part.labelled - part.gone for part in score(removals, documents).values())
    kept = len(documents) - len(removals)
    by_rule = Counter(removal.rules[0] for removal in removals)
    wrong = Counter(removal.rules[0] for removal in wrongly_removed(removals, documents))
    removed = [Outcome(rule, count - wrong[rule], wrong[rule]) for rule, count in by_rule.most_common()]
    return [Outcome("kept", kept - missed, missed), *removed]


def _original(id: str, labels: dict[str, tuple[frozenset[str], str | None]]) -> str:
    """Follow `copy_of` to the document that was there first."""
    seen = {id}
    while id in labels and labels[id][0] & COPIES and (parent := labels[id][1]) and parent not in seen:
        id = parent
        seen.add(id)
    return id
