"""What other tools recorded of commits in this repository, as evidence: git-ai and its like, Entire, Agent Trace.

Read when it is there. A note may be written after its commit was recorded, so that notes refs that moved are looked at
too; where each stood last is remembered in the repository.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution import other_tools_formats
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.other_tools_formats import Named
from tracker.git import Repository
from tracker.model import Commit, Evidence, Oid

_TRACES: Final = ("refs/agentdiff/meta", "refs/agentdiff/traces")
_CHECKPOINTS: Final = ("refs/heads/entire/checkpoints/v1", "refs/entire/checkpoints")
_REMOTE_CHECKPOINTS: Final = "refs/remotes/*/entire/checkpoints/v1"

_LARGEST: Final = 8 << 20
"""Bytes of a file of traces in a work tree."""


class Found(NamedTuple):
    """Evidence by commit, the tools whose notes on a commit were read, and where the refs stand."""

    evidence: Mapping[Oid, tuple[Evidence, ...]]
    read: Mapping[Oid, set[str]]
    refs: Mapping[str, Oid]


NOTHING: Final = Found({}, {}, {})


def find(
    repository: Repository,
    fresh: Sequence[Oid],
    before: Mapping[str, Oid],
    rules: Catalogue,
    recorded: Callable[[Sequence[Oid]], Iterable[Oid]],
) -> Found:
    """What tools recorded of new commits, and of recorded ones in a notes ref that moved since ``before``.

    ``recorded`` gives those of some commits that the ledger holds.
    """
    refs = repository.refs([*other_tools_formats.NOTES, *_TRACES, *_CHECKPOINTS, _REMOTE_CHECKPOINTS])
    traces = _work_tree_traces(repository) if fresh else {}
    if not refs and not traces:
        return NOTHING
    told: dict[Oid, set[str]] = defaultdict(set)
    named: dict[Oid, dict[str, list[Named]]] = defaultdict(lambda: defaultdict(list))
    for ref, (tool, read) in other_tools_formats.NOTES.items():
        if ref in refs:
            moved = recorded(repository.noted(before.get(ref), refs[ref])) if before.get(ref) != refs[ref] else ()
            for oid in moved:
                told[oid].add(tool)
            for oid, text in repository.notes(ref, list(dict.fromkeys([*fresh, *moved]))).items():
                named[oid][tool] += read(text)
    commits = [*repository.commits(fresh)] if fresh else []
    for oid, found in _traced(repository, commits, refs, traces):
        named[oid]["agent-trace"] += found
    for oid, found in _checkpoints(repository, commits, refs):
        named[oid]["entire"] += found
    evidence = {
        oid: tuple(one for tool, found in tools.items() for one in other_tools_formats.evidence(tool, found, rules))
        for oid, tools in named.items()
    }
    return Found({oid: found for oid, found in evidence.items() if found}, told, refs)


def _work_tree_traces(repository: Repository) -> dict[str, str]:
    """The texts of the files in which tools keep traces in the work tree, by their names."""
    folder = repository.work_tree / ".agent-trace" if repository.work_tree else None
    if folder is None or folder.is_symlink() or not folder.is_dir():
        return {}
    texts = {name: _text(folder / name) for name in ("traces.jsonl", "commit-links.jsonl")}
    return {name: text for name, text in texts.items() if text}


def _text(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _traced(
    repository: Repository, commits: Sequence[Commit], refs: Mapping[str, Oid], local: Mapping[str, str]
) -> Iterable[tuple[Oid, list[Named]]]:
    """Traces that name a commit, or the commit before it and a file that it changes, as some tools write them."""
    places = [f"{ref}:traces.jsonl" for ref in refs if ref.startswith(_TRACES)]
    texts = [*repository.files(places).values(), local.get("traces.jsonl", "")]
    traces = [trace for text in texts for trace in other_tools_formats.agent_traces(text)]
    if not traces:
        return
    by_revision: dict[str, list[other_tools_formats.Trace]] = defaultdict(list)
    for trace in traces:
        by_revision[trace.revision].append(trace)
    by_id = {trace.id: trace for trace in traces if trace.id}
    links = other_tools_formats.trace_links(local.get("commit-links.jsonl", ""))
    waiting: list[Commit] = []
    for commit in commits:
        own = [*by_revision.get(commit.oid, ()), *(by_id[one] for one in links.get(commit.oid, ()) if one in by_id)]
        if own:
            yield commit.oid, [one for trace in own for one in trace.named]
        elif commit.parents and commit.parents[0] in by_revision:
            waiting.append(commit)
    changes = repository.changes([commit.oid for commit in waiting]) if waiting else {}
    for commit in waiting:
        paths = set(changes[commit.oid].paths) if commit.oid in changes else set()
        near = [trace for trace in by_revision[commit.parents[0]] if paths.intersection(trace.paths)]
        if near:
            yield commit.oid, [one for trace in near for one in trace.named]


def _checkpoints(
    repository: Repository, commits: Sequence[Commit], refs: Mapping[str, Oid]
) -> Iterable[tuple[Oid, list[Named]]]:
    """The sessions of the checkpoints that commits name (entireio/cli, docs/architecture)."""
    branches = [ref for ref in refs if ref.endswith("entire/checkpoints/v1")]
    wanted: dict[str, list[Oid]] = defaultdict(list)
    for commit in commits:
        for checkpoint in other_tools_formats.entire_checkpoints(commit.message):
            own = f"refs/entire/checkpoints/{checkpoint[-2:]}/{checkpoint}"
            places = [f"{branch}:{checkpoint[:2]}/{checkpoint[2:]}/" for branch in branches]
            for place in [f"{own}:"] if own in refs else places if len(checkpoint) == 12 else []:
                wanted[place].append(commit.oid)
    summaries = repository.files(f"{place}metadata.json" for place in wanted)
    sessions: dict[str, list[Oid]] = {}
    for place, oids in wanted.items():
        summary = summaries.get(f"{place}metadata.json")
        if summary is not None:
            ref, _, folder = place.partition(":")
            sessions |= {f"{ref}:{path}": oids for path in other_tools_formats.entire_sessions_of(summary, folder)}
    for place, text in repository.files(sessions).items():
        named = other_tools_formats.entire_session(text)
        yield from ((oid, named) for oid in sessions[place])
