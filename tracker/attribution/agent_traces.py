"""Find the Agent Trace records of commits, in refs and in the worktree (cursor/agent-trace, RFC v0.1.0)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.attribution.other_tools_formats import LARGEST_RECORD, Named, Trace, parse_trace_links, parse_traces
from tracker.files import read_regular
from tracker.git import Repository
from tracker.model import Commit, Oid

REFS: Final = ("refs/agentdiff/meta", "refs/agentdiff/traces")
"""Refs and folders of refs with records."""

_FOLDER: Final = ".agent-trace"
_TRACES: Final = "traces.jsonl"
_LINKS: Final = "commit-links.jsonl"


def worktree_files(repository: Repository) -> dict[str, str]:
    """Return the texts of the files in a worktree in which tools keep traces, by name. Symbolic links are ignored."""
    folder = repository.work_tree / _FOLDER if repository.work_tree else None
    if folder is None or folder.is_symlink() or not folder.is_dir():
        return {}
    texts = {name: _text(folder / name) for name in (_TRACES, _LINKS)}
    return {name: text for name, text in texts.items() if text}


def _text(path: Path) -> str:
    try:
        return "" if path.is_symlink() else read_regular(path, LARGEST_RECORD).decode("utf-8", "replace")
    except OSError:
        return ""


def of_commits(
    repository: Repository, commits: Sequence[Commit], refs: Mapping[str, Oid], in_worktree: Mapping[str, str]
) -> Iterator[tuple[Oid, list[Named]]]:
    """Yield each commit that has records, with the agents that they name. Raises RepositoryError.

    A record belongs to the commit that it or a link names. Some tools name the commit before: such a record belongs to
    a commit without own ones that changes one of the record's files.
    """
    places = [f"{ref}:{_TRACES}" for ref in refs if ref.startswith(REFS)]
    texts = [*repository.files(places).values(), in_worktree.get(_TRACES, "")]
    traces = [trace for text in texts for trace in parse_traces(text)]
    if not traces:
        return
    by_revision: dict[str, list[Trace]] = defaultdict(list)
    for trace in traces:
        by_revision[trace.revision].append(trace)
    by_id = {trace.id: trace for trace in traces if trace.id}
    links = parse_trace_links(in_worktree.get(_LINKS, ""))
    unnamed: list[Commit] = []
    for commit in commits:
        own = [*by_revision.get(commit.oid, ()), *(by_id[one] for one in links.get(commit.oid, ()) if one in by_id)]
        if own:
            yield commit.oid, [one for trace in own for one in trace.named]
        elif commit.parents and commit.parents[0] in by_revision:
            unnamed.append(commit)
    yield from _by_parent(repository, unnamed, by_revision)


def _by_parent(
    repository: Repository, commits: Sequence[Commit], by_revision: Mapping[str, Sequence[Trace]]
) -> Iterator[tuple[Oid, list[Named]]]:
    """Yield the commits that change a file of a record that names their first parent."""
    changes = repository.changes([commit.oid for commit in commits]) if commits else {}
    for commit in commits:
        paths = set(changes[commit.oid].paths) if commit.oid in changes else set()
        traces = [trace for trace in by_revision[commit.parents[0]] if paths.intersection(trace.paths)]
        if traces:
            yield commit.oid, [one for trace in traces for one in trace.named]
