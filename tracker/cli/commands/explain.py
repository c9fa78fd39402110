"""``explain``: every sign that was found of who made a commit, how sure each is, and why the one that won did."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tracker import attribution
from tracker.attribution.verdict import CORRECTION, WITHDRAWAL
from tracker.cli import open_project, output
from tracker.feedback.recorded_commits import recorded
from tracker.git.revisions import commits_named
from tracker.model import Evidence, Oid
from tracker.records import CommitRecord
from tracker.text import printable

SCHEMA: Final = 1

_WHY: Final[Mapping[str, str]] = {
    "correction": "a person said so afterwards, which beats everything",
    "user": "the user named it in the environment of the commit",
    "process": "it is the nearest agent among the processes that the commit descends from",
    "environment": "its variables were set around the commit, and those beat what a message says",
    "config": "this repository's git configuration names it",
    "author": "the commit's author is one of its identities",
    "record": "another tool recorded it for this commit",
    "trailer": "it wrote its mark into the message",
    "co-author": "one of its identities is a co-author",
    "model": "the message names a model and no agent",
    "terminal": "a person's terminal was seen and no agent",
    "committer": "it is the committer, and nothing else names anybody",
    "prose": "the message says so in words, and nothing else names anybody",
    "branch": "the branch has its prefix, and nothing else names anybody",
    "assist": "a bot is co-author, which means that a person took its suggestion",
    "none": "nothing was found, so it is taken for a person's",
}


def run(path: str, flags: Mapping[str, str | None], revisions: Sequence[str], *, json: bool) -> int:
    """Explain commits of the repository at ``path``. Raises TrackerError."""
    project = open_project.opened(path, flags)
    oids = commits_named(project.repository, revisions or ["HEAD"])
    for oid, record in recorded(project, oids).items():
        if json:
            output.print_json(as_json(oid, record))
        else:
            for line in lines(oid, record):
                output.say(printable(line))
    return 0


def as_json(oid: Oid, record: CommitRecord) -> dict[str, Any]:
    """A commit's attribution with all its evidence, the strongest first."""
    winner = _winner(record)
    return {
        "schema": SCHEMA,
        "oid": oid,
        "agent": record.agent,
        "kind": record.kind,
        "model": record.model,
        "model_id": record.model_id,
        "agent_version": record.agent_version,
        "confidence": record.confidence,
        "signal": record.signal,
        "also": record.also,
        "why": _WHY.get(record.signal, ""),
        "evidence": [
            {**one._asdict(), "strength": attribution.strength(one), "decided": one == winner}
            for one in record.evidence
        ],
        "corrections": [_correction(one, record) for one in _corrections(record)],
    }


def lines(oid: Oid, record: CommitRecord) -> list[str]:
    """The same for a reader."""
    model = f", model {record.model}" if record.model else ""
    version = f", version {record.agent_version}" if record.agent_version else ""
    found = [
        f"commit {oid[:12]}  {record.subject[:80]}",
        f"  {record.agent} ({record.kind}), {record.confidence}{model}{version}",
        f"  because {_WHY.get(record.signal, record.signal)}.",
    ]
    if record.also:
        found.append(f"  also named: {', '.join(record.also)}")
    winner = _winner(record)
    for one in record.evidence:
        mark = "*" if one == winner else " "
        says = one.agent or "nobody"
        says += f", model {one.model}" if one.model else ""
        origin = ", from a commit that this one was made of" if one.inherited else ""
        sign = f"{one.name}={one.value}" if one.value else one.name
        found.append(f"  {mark} {one.signal:<12}{one.confidence:<8}{says:<28} {sign}{origin}")
    found += [f"  {_told(one, record)}" for one in _corrections(record)]
    return found


def _winner(record: CommitRecord) -> Evidence | None:
    """The evidence that decided."""
    word = attribution.correction(record.evidence)
    if word is not None:
        return word
    named = (one for one in record.evidence if (one.signal, one.agent) == (record.signal, record.agent))
    return next(named, None)


def _corrections(record: CommitRecord) -> list[Evidence]:
    return sorted((one for one in record.evidence if one.signal == CORRECTION), key=lambda one: one.name)


def _correction(one: Evidence, record: CommitRecord) -> dict[str, Any]:
    withdrawn = any(other.signal == WITHDRAWAL and other.name == one.name for other in record.evidence)
    return {
        "time": int(one.name.split(".", 1)[0]) // 1_000_000_000,
        "agent": one.agent,
        "model": one.model,
        "note": one.value,
        "speaker": one.speaker,
        "inherited": one.inherited,
        "withdrawn": withdrawn,
    }


def _told(one: Evidence, record: CommitRecord) -> str:
    said = _correction(one, record)
    when = output.moment(said["time"])
    note = f": {said['note']}" if said["note"] else ""
    return f"{when} corrected to {one.agent}{', taken back' if said['withdrawn'] else ''}{note}"
