"""The derived state of a ledger, as the program's own commands print it, and the differences between two states."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from tests.support import Repo

LEARNT_WITH_THE_LOOK: Final = frozenset({"recorded_at", "learnt"})
"""Fields of a commit that say when and by which hook it was learnt: they may depend on when somebody looked."""

_ABSENT: Final = "(absent)"


class LedgerState(NamedTuple):
    """The output of ``log --json --all``, ``status --json`` and ``verify --json``, without times of recording.

    ``commits``: the fields of each commit by a label: its place in the list of repositories, and its oid. Oids in
    fields are replaced by subjects with short oids, so that a difference can be read.
    """

    commits: Mapping[str, Mapping[str, Any]]
    status: Mapping[str, Any]
    faults: Sequence[Any]


class Difference(NamedTuple):
    """One value that differs. ``commit`` is the subject with the short oid, or the command that printed the value."""

    commit: str
    field: str
    one: Any
    other: Any

    def __str__(self) -> str:
        return f"{self.commit}: {self.field}: {_shown(self.one)} | {_shown(self.other)}"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_state(*repos: Repo, evidence: bool = False) -> LedgerState:
    """Reconcile and return the state of the ledger for these repositories; ``evidence``: with that of each commit."""
    commits: dict[str, Mapping[str, Any]] = {}
    status: dict[str, Any] = {}
    faults: list[Any] = []
    for number, repo in enumerate(repos):
        lines = repo.log("--all")
        subjects = {line["oid"]: line["subject"] for line in lines}
        for line in lines:
            fields = {name: value for name, value in line.items() if name not in LEARNT_WITH_THE_LOOK}
            if evidence:
                fields["evidence"] = _evidence(repo, line["oid"])
            label = f"{number}:{line['oid']}"
            assert label not in commits, f"{label} is listed twice"
            commits[label] = _with_labels(fields, subjects)
        told = repo.json("status")
        status[str(number)] = {name: value for name, value in told.items() if name != "as_of"}
        verdict = json.loads(repo.run("verify", "--json").stdout)
        faults += [] if verdict["ok"] else [verdict]
    return LedgerState(commits, status, faults)


def _evidence(repo: Repo, oid: str) -> list[str]:
    """Return the evidence of a commit, in an order of its own and without what only `explain` derives."""
    found = repo.json("explain", oid)["evidence"]
    return sorted(json.dumps(one, sort_keys=True) for one in found)


def _with_labels(fields: Mapping[str, Any], subjects: Mapping[str, str]) -> dict[str, Any]:
    """Return fields with labels for the oids of other commits, and links without the source that named them."""

    def label(oid: str | None) -> str | None:
        return None if oid is None else f"{subjects.get(oid, '(not recorded)')} {oid[:7]}"

    changed = dict(fields)
    changed["replaces"] = sorted(str(label(oid)) for oid in fields["replaces"])
    changed["replaced_by"] = sorted(f"{label(link['oid'])} ({link['kind']})" for link in fields["replaced_by"])
    changed["carried_grades"] = sorted(
        f"{one['rater']} {one['grade']} from {label(one['from'])} ({one['kind']})" for one in fields["carried_grades"]
    )
    for name in ("copy_of", "reverts"):
        changed[name] = label(fields[name]) if isinstance(fields[name], str | None) else fields[name]
    return changed


def differences(one: LedgerState, other: LedgerState, unknowable: Collection[str] = ()) -> list[Difference]:
    """Return what differs between two states; commits with an oid in ``unknowable`` are left out."""
    found = [Difference("verify", "ok", str(one.faults), str(other.faults))] if [*one.faults, *other.faults] else []
    for label in sorted(one.commits.keys() | other.commits.keys(), key=lambda label: _order(label, one, other)):
        if label.partition(":")[2] not in unknowable:
            found += _of_commit(label, one.commits.get(label), other.commits.get(label))
    for number in sorted(one.status):
        found += _of_fields(f"status of repository {number}", one.status[number], other.status[number])
    return found


def _order(label: str, *states: LedgerState) -> tuple[str, int, str]:
    """Sort by repository and commit time."""
    times = [state.commits[label]["committed_at"] for state in states if label in state.commits]
    return label.partition(":")[0], times[0], label


def _of_commit(label: str, one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Iterator[Difference]:
    present = one or other
    assert present
    name = f"{present['subject']} {label[:9]}"
    if one is None or other is None:
        yield Difference(name, "recorded", *("(absent)" if it is None else _summary(it) for it in (one, other)))
    else:
        yield from _of_fields(name, one, other)


def _summary(commit: Mapping[str, Any]) -> str:
    return ", ".join(["live" if commit["live"] else "dead", commit["agent"], *commit["replaced_by"]])


def _of_fields(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Difference]:
    for field in sorted(one.keys() | other.keys()):
        values = one.get(field, _ABSENT), other.get(field, _ABSENT)
        if values[0] != values[1]:
            yield Difference(name, field, *values)
