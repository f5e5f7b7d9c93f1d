"""The micro-world as language: varied, right where it computes, and without the probes that it holds out."""

import ast
import re
import subprocess
import sys
from collections import Counter
from itertools import permutations

import pytest

from helpers.cpu import cpu_seconds
from pretraining.text.world import DOMAINS, KINDS, World, approximate_tokens, claimed_output

TOKENS = 1_000_000


@pytest.fixture(scope="module")
def world():
    return World(seed=2, tokens=TOKENS)


@pytest.fixture(scope="module")
def documents(world):
    with cpu_seconds() as spent:
        documents = list(world.documents())
    assert spent[0] < 20, "a million tokens took more than 20 seconds"
    return documents


def sentences(text):
    return [part.strip() for line in text.split("\n") for part in re.split(r"(?<=[.!?])\s+", line) if part.strip()]


def shingles(text):
    words = text.casefold().split()
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def largest_similarity(documents):
    """The largest Jaccard index of any two documents, by brute force over the shingles that they share."""
    sets = [shingles(document.text) for document in documents]
    places = {}
    for index, shingle_set in enumerate(sets):
        for shingle in shingle_set:
            places.setdefault(shingle, []).append(index)
    common = Counter((a, b) for indices in places.values() for i, a in enumerate(indices) for b in indices[i + 1 :])
    return max((n / (len(sets[a]) + len(sets[b]) - n) for (a, b), n in common.items()), default=0.0)


def test_a_million_tokens_are_a_million_tokens(documents):
    assert sum(approximate_tokens(document.text) for document in documents) == pytest.approx(TOKENS, rel=0.01)


def test_the_words_are_many(documents):
    prose = [document.text for document in documents if document.domain != "code"]
    assert len({word for text in prose for word in re.findall(r"[a-z]+", text.lower())}) >= 2_000
    assert len({word for d in World().documents() for word in re.findall(r"[a-z]+", d.text.lower())}) >= 2_000


def test_few_sentences_repeat_exactly(documents):
    counts = Counter(sentence for document in documents for sentence in sentences(document.text))
    assert 1 - len(counts) / counts.total() <= 0.02
    for domain in set(DOMAINS) - {"code"}:
        counts = Counter(s for document in documents if document.domain == domain for s in sentences(document.text))
        assert 1 - len(counts) / counts.total() <= 0.02, domain


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_two_documents_are_nearly_the_same(documents, domain):
    assert largest_similarity([document for document in documents if document.domain == domain][:400]) < 0.3


@pytest.mark.parametrize("domain", sorted(set(DOMAINS) - {"code"}))
def test_good_pages_pass_the_usual_quality_rules(documents, domain):
    """Gopher's rules (arXiv 2112.11446, table A1), coded here on their own."""
    for document in documents:
        if document.domain != domain:
            continue
        words = document.text.split()
        assert len(words) >= 50
        assert 3 <= sum(map(len, words)) / len(words) <= 10
        assert sum(any(map(str.isalpha, word)) for word in words) / len(words) >= 0.8
        assert len({"the", "be", "to", "of", "and", "that", "have", "with"} & set(document.text.lower().split())) >= 2
        assert len(sentences(document.text)) >= 3
        assert "{" not in document.text
        assert "lorem ipsum" not in document.text.lower()


def test_no_template_is_left_unfilled(documents):
    for document in documents:
        if document.domain != "code":
            assert not re.search(r"[{}]|\b[Aa] [aeio]\w|  |None", document.text), document.id


def test_every_program_parses_and_prints_what_it_claims(documents, tmp_path):
    programs = [document.text for document in documents if document.domain == "code"]
    for source in programs:
        tree = ast.parse(source)
        assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"open", "exec", "eval", "input", "__import__", "compile"}
        assert source.count("print(") == len(claimed_output(source).splitlines()) > 0
    for index, source in enumerate(programs[:: len(programs) // 12]):
        path = tmp_path / f"program_{index}.py"
        path.write_text(source, encoding="utf-8")
        run = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, timeout=60)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout == claimed_output(source)


def test_all_programs_print_what_they_claim(documents, tmp_path):
    """All of them in one process, each in a namespace of its own."""
    programs = [document.text for document in documents if document.domain == "code"]
    for index, source in enumerate(programs):
        (tmp_path / f"{index:06d}.py").write_text(source, encoding="utf-8")
    runner = (
        "import contextlib, io, pathlib, re, sys\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).glob('*.py')):\n"
        "    source, out = path.read_text(encoding='utf-8'), io.StringIO()\n"
        "    with contextlib.redirect_stdout(out):\n"
        "        exec(compile(source, path.name, 'exec'), {})\n"
        "    claims = re.findall('# prints (.*)', source)\n"
        "    assert out.getvalue().splitlines() == claims, path.name\n"
        "print(path.name)\n"
    )
    run = subprocess.run([sys.executable, "-I", "-c", runner, tmp_path], capture_output=True, text=True, timeout=300)
    assert run.stdout.strip() == f"{len(programs) - 1:06d}.py", run.stderr


def test_held_out_probes_are_not_in_the_text(world, documents):
    text = "\n".join(document.text for document in documents)
    for kind in KINDS:
        probes = world.probes(kind)
        assert len(probes) >= 150
        for probe in probes:
            assert probe.context + probe.right not in text, probe
            if kind != "facts":
                assert probe.context[1:] + probe.right not in text, probe


def test_another_draw_asks_other_questions_that_no_text_answers(world, documents):
    text = "\n".join(document.text for document in documents)
    for kind in ("syntax", "meaning", "reasoning"):
        asked = [{probe.context + probe.right for probe in world.probes(kind, draw=draw)} for draw in (None, 1, 2)]
        assert all(len(each) == 200 for each in asked)
        assert all(len(one & other) < 150 for one, other in permutations(asked, 2))
        assert not [sentence for sentence in asked[1] if sentence in text]
        assert world.probes(kind, draw=1, count=5) == World(2, TOKENS).probes(kind, draw=1, count=5)
    facts, others = world.probes("facts"), world.probes("facts", draw=1)
    assert [probe.context for probe in facts] == [probe.context for probe in others]
    assert [probe.wrong for probe in facts] != [probe.wrong for probe in others]


def test_probes_that_are_not_held_out_use_other_combinations(world):
    for kind in ("syntax", "meaning", "reasoning"):
        held_out = {probe.context + probe.right for probe in world.probes(kind)}
        seen = {probe.context + probe.right for probe in world.probes(kind, held_out=False)}
        assert len(held_out) == len(seen) == 200
        assert not held_out & seen


OPPOSITES = {"older": "younger", "taller": "shorter", "faster": "slower", "richer": "poorer"}
PREMISE = re.compile(r"([A-Z]\w+) is (\w+er) than ([A-Z]\w+)")


def test_the_text_is_consistent_about_who_is_older(documents):
    """What is said of any two agrees everywhere, and puts everybody into one order."""
    said = {word: set() for word in OPPOSITES}
    for document in documents:
        for a, word, b in PREMISE.findall(document.text):
            if word in said:
                said[word].add((a, b))
    for pairs in said.values():
        assert len(pairs) > 30
        names = sorted({name for pair in pairs for name in pair})
        smaller = {name: {b for a, b in pairs if a == name} for name in names}
        for _ in names:  # the transitive closure
            smaller = {name: below.union(*(smaller[other] for other in below)) for name, below in smaller.items()}
        assert not any(name in below for name, below in smaller.items())


def test_the_ends_of_a_held_out_riddle_are_compared_nowhere(world, documents):
    text = "\n".join(document.text for document in documents)
    questions = set()
    for probe in world.probes("reasoning"):
        pairs = [(a, b) for a, _, b in PREMISE.findall(probe.context)]
        more = PREMISE.search(probe.context).group(2)
        (first,) = {a for a, _ in pairs} - {b for _, b in pairs}
        (last,) = {b for _, b in pairs} - {a for a, _ in pairs}
        questions.add((first, more, last))
    assert len(questions) > 20
    for first, more, last in questions:
        for a, word, b in [(first, more, last), (first, OPPOSITES[more], last)]:
            assert f"{a} is {word} than {b}" not in text
            assert f"{b} is {word} than {a}" not in text
            assert f'is_{word}("{a}", "{b}")' not in text
        both_ends = re.compile(rf"{first} is {more} than (\w+), and \1 is {more} than {last},")
        assert not both_ends.search(text)


def test_riddles_are_right():
    """Solved here from the premises alone, by trying every order of the three."""
    for probe in World(seed=4).probes("reasoning") + World(seed=4).probes("reasoning", held_out=False):
        pairs = re.findall(r"([A-Z]\w+) is \w+er than ([A-Z]\w+)(?=,)", probe.context)
        names = sorted({name for pair in pairs for name in pair})
        (order,) = [p for p in permutations(names) if all(p.index(a) < p.index(b) for a, b in pairs)]
        if probe.group == "of three":
            most = re.search(r"the (\w+est) of", probe.context).group(1) in ("oldest", "tallest", "fastest", "richest")
            assert probe.right == f" {order[0] if most else order[-1]}"
            assert set(probe.wrong) == {f" {name}" for name in names} - {probe.right}
        else:
            assert probe.context.endswith(f"then {order[0]} is {probe.context.split()[-2]} than")
            assert probe.right == f" {order[2]}"
            assert f" {order[1]}" not in probe.wrong


def test_probes_are_fair(world):
    for kind, chance in {"syntax": 1 / 2, "meaning": 1 / 4, "facts": 1 / 8, "reasoning": 1 / 3}.items():
        for probe in world.probes(kind):
            ends = [probe.right, *probe.wrong]
            assert len(set(ends)) == len(ends)
            assert all(end.startswith(" ") and end.strip() for end in ends)
            assert probe.chance == pytest.approx(chance)
            assert probe.kind == kind
            if kind == "syntax":
                assert all(sorted(end.rstrip(".").split()) == sorted(probe.right.rstrip(".").split()) for end in ends)
    stated = {(fact.subject, fact.value): fact.stated for fact in world.facts}
    assert {probe.stated for probe in world.probes("facts")} == set(stated.values())
