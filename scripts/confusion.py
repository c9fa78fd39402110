"""Attribute labelled commits and print a confusion table: ``python scripts/confusion.py [VECTORS] [--json]``.

VECTORS is a file of JSON lines; the default is tests/attribution/vectors.jsonl. Each line has the author, committer,
message, environment and branch of a commit, and the expected attribution; ``accept`` lists other agents that count as
right. The exit code is 1 when an attribution is wrong, 2 when the file cannot be read.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from tracker.attribution import (
    Catalogue,
    attribute,
    catalogue_file,
    combine,
    evidence_from_circumstances,
    evidence_from_commit,
)
from tracker.model import Attribution, Commit, Oid, Signature

VECTORS: Final = Path(__file__).parent.parent / "tests" / "attribution" / "vectors.jsonl"


class Judged(NamedTuple):
    """A labelled commit, its attribution, and the names of the fields that are wrong."""

    vector: Mapping[str, Any]
    found: Attribution
    wrong: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Attribute all vectors, print the result and return the exit code."""
    parser = argparse.ArgumentParser(description="Attribute labelled commits and print a confusion table.")
    parser.add_argument("vectors", nargs="?", type=Path, default=VECTORS)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    options = parser.parse_args(arguments)
    try:
        lines = options.vectors.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        sys.stderr.write(f"confusion: {options.vectors} cannot be read: {error.strerror}.\n")
        return 2
    judged = [judge(json.loads(line), catalogue_file.load()) for line in lines if line.strip()]
    wrong = [one for one in judged if one.wrong]
    if options.json:
        faults = [{"id": one.vector["id"], "wrong": one.wrong, "found": one.found._asdict()} for one in wrong]
        print(json.dumps({"schema": 1, "vectors": len(judged), "wrong": faults}))
    else:
        print("\n".join(report(judged)))
    return 1 if wrong else 0


def judge(vector: Mapping[str, Any], rules: Catalogue) -> Judged:
    """Attribute one labelled commit and compare the result with the label."""
    found = attribute(combine(evidence_from_commit(_commit(vector), rules), _moment(vector, rules)))
    accepted = {vector["expected_agent"], *vector.get("accept", ())}
    named = {*vector.get("expected_also", ()), *vector.get("expected_assist", ())}
    wrong: list[str] = []
    if found.agent not in accepted:
        wrong.append("agent")
    elif found.agent == vector["expected_agent"] and found.kind != vector["expected_kind"]:
        wrong.append("kind")
    if vector["expected_model"] and found.model != vector["expected_model"]:
        wrong.append("model")
    if not named <= {*found.also}:
        wrong.append("also")
    return Judged(vector, found, tuple(wrong))


def _commit(vector: Mapping[str, Any]) -> Commit:
    when = int(datetime.fromisoformat(vector["author_date"]).replace(tzinfo=UTC).timestamp())
    author = Signature(vector["author_name"], vector["author_email"], when, 0)
    committer = Signature(vector["committer_name"], vector["committer_email"], when, 0)
    return Commit(Oid("0" * 40), (), author, committer, vector["message"])


def _moment(vector: Mapping[str, Any], rules: Catalogue) -> list[Any]:
    return evidence_from_circumstances(vector["env"], rules, terminal=False, branch=vector["branch"])


def report(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield the confusion table: for each expected agent its recall, precision, and the agents found instead."""
    expected: dict[str, Counter[str]] = {}
    for one in judged:
        expected.setdefault(one.vector["expected_agent"], Counter())[one.found.agent] += 1
    given = Counter(one.found.agent for one in judged)
    yield f"{'expected':<24}{'n':>5}{'right':>7}{'recall':>8}{'precision':>11}  taken for"
    for agent, found in sorted(expected.items(), key=lambda row: (-row[1].total(), row[0])):
        right = found[agent]
        others = ", ".join(f"{name} {count}" for name, count in found.most_common() if name != agent)
        precision = f"{right / given[agent]:.2f}" if given[agent] else "-"
        yield f"{agent:<24}{found.total():>5}{right:>7}{right / found.total():>8.2f}{precision:>11}  {others}"
    models = [one for one in judged if one.vector["expected_model"]]
    right_models = sum("model" not in one.wrong for one in models)
    wrong = [one for one in judged if one.wrong]
    yield ""
    yield f"{len(judged)} commits, {len(wrong)} wrong; {len(models)} name a model, {right_models} of those right."
    for one in wrong:
        want = (one.vector["expected_agent"], one.vector["expected_model"])
        yield f"{one.vector['id']}: {', '.join(one.wrong)}: {one.found.agent}, {one.found.model}, not {want}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
