"""Find evidence in what other tools recorded about commits: git-ai and similar tools in notes, Agent Trace, Entire.

A tool may write a note after its commit was recorded, so notes refs that moved are read again. The caller remembers the
oid of each ref.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.attribution import agent_traces, entire_checkpoints
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.evidence_values import stored_value
from tracker.attribution.model_names import model_name
from tracker.attribution.other_tools_formats import NOTES, Named
from tracker.attribution.unread_sources import UnreadSources
from tracker.git import Repository
from tracker.model import UNKNOWN_AGENT, Evidence, Oid

_AT_ONCE: Final = 10_000
"""Commits whose records are read together: a history may have millions."""
_MOST_NAMED: Final = 8
"""Agents read of one tool's records of a commit."""
_NOBODY: Final = frozenset({"", "human", "unknown", "mock_ai", "none"})
"""Values, in lower case, in the place of an agent that name none."""

REFS: Final = (*NOTES, *agent_traces.REFS, *entire_checkpoints.REFS)
"""Refs, and prefixes of refs, in which tools keep records."""

_TRACES: Final = "Agent Trace"
_CHECKPOINTS: Final = "checkpoints of Entire"

Records = dict[Oid, dict[str, list[Named]]]
"""The agents that each tool's records name, by commit and tool."""


class ToolEvidence(NamedTuple):
    """Evidence by commit, the tools whose notes were read again by commit, and the oids of all refs read."""

    evidence: Mapping[Oid, tuple[Evidence, ...]]
    reread: Mapping[Oid, set[str]]
    refs: Mapping[str, Oid]


NO_TOOL_EVIDENCE: Final = ToolEvidence({}, {}, {})


def read_tool_evidence(
    repository: Repository,
    fresh: Sequence[Oid],
    before: Mapping[str, Oid],
    rules: Catalogue,
    recorded: Callable[[Sequence[Oid]], Iterable[Oid]],
    unread: UnreadSources,
) -> ToolEvidence:
    """Return what tools recorded about new commits, and in notes that changed about recorded ones.

    ``fresh``: the new commits. ``before``: the ``refs`` of the previous call. ``recorded`` returns the commits among
    some that the ledger holds. A source that cannot be read has no evidence and is added to ``unread``. Raises
    RepositoryError when git cannot read refs or commits.
    """
    refs = repository.refs(REFS)
    in_worktree: dict[str, str] = {}
    with unread.reading(_TRACES):
        in_worktree = agent_traces.worktree_files(repository) if fresh else {}
    if not refs and not in_worktree:
        return NO_TOOL_EVIDENCE
    records: Records = defaultdict(lambda: defaultdict(list))
    reread = _read_notes(repository, fresh, before, refs, recorded, records, unread)
    for start in range(0, len(fresh), _AT_ONCE):
        commits = [*repository.commits(fresh[start : start + _AT_ONCE])]
        with unread.reading(_TRACES):
            for oid, named in agent_traces.of_commits(repository, commits, refs, in_worktree):
                records[oid]["agent-trace"] += named
        with unread.reading(_CHECKPOINTS):
            for oid, named in entire_checkpoints.of_commits(repository, commits, refs):
                records[oid]["entire"] += named
    evidence = {
        oid: tuple(one for tool, named in tools.items() for one in _evidence(tool, named, rules))
        for oid, tools in records.items()
    }
    # The refs of a source that failed count as not read, so that they are read again.
    read = {ref: oid for ref, oid in refs.items() if _source_of(ref) not in unread.failed}
    return ToolEvidence({oid: found for oid, found in evidence.items() if found}, reread, read)


def _source_of(ref: str) -> str:
    """Return the name of the source that a ref belongs to."""
    if ref in NOTES:
        return f"notes in {ref}"
    return _TRACES if ref.startswith(agent_traces.REFS) else _CHECKPOINTS


def _read_notes(
    repository: Repository,
    fresh: Sequence[Oid],
    before: Mapping[str, Oid],
    refs: Mapping[str, Oid],
    recorded: Callable[[Sequence[Oid]], Iterable[Oid]],
    records: Records,
    unread: UnreadSources,
) -> dict[Oid, set[str]]:
    """Add the notes of new and changed commits to ``records``; return the tools by commit whose notes changed."""
    reread: dict[Oid, set[str]] = defaultdict(set)
    for ref, (tool, parse) in NOTES.items():
        if ref not in refs:
            continue
        with unread.reading(_source_of(ref)):
            moved = before.get(ref) != refs[ref]
            changed = [*recorded(repository.commits_with_changed_notes(before.get(ref), refs[ref]))] if moved else []
            for oid in changed:
                reread[oid].add(tool)
            new = set(changed)
            for start in range(0, len(fresh), _AT_ONCE):
                part = [oid for oid in fresh[start : start + _AT_ONCE] if oid not in new]
                _add_notes(repository.notes(ref, part), tool, parse, records)
            _add_notes(repository.notes(ref, list(dict.fromkeys(changed))), tool, parse, records)
    return reread


def _add_notes(notes: Mapping[Oid, str], tool: str, parse: Callable[[str], list[Named]], records: Records) -> None:
    for oid, text in notes.items():
        records[oid][tool] += parse(text)


def _evidence(tool: str, named: Iterable[Named], rules: Catalogue) -> list[Evidence]:
    """Return the evidence of one tool's records; an agent that the catalogue does not know is an unknown one.

    An agent that the tool did not see at work is kept without naming it.
    """
    found: list[Evidence] = []
    for order, one in enumerate(dict.fromkeys(named)):
        if one.agent.strip().lower() in _NOBODY or order >= _MOST_NAMED:
            continue
        agent = rules.agent_by_alias(one.agent)
        if agent is not None and agent.kind != "agent":
            continue
        name = agent.name if agent else UNKNOWN_AGENT
        model = model_name(one.model) if one.model else None
        if model and rules.agent_by_alias(model) is not None:
            model = None  # some tools write the agent's name when they do not know the model
        evidence = Evidence(
            "record", tool, stored_value(one.agent), name, "agent", model, "medium",
            order=order, vendors=agent.model_vendors if agent else (),
        )  # fmt: skip
        found.append(evidence if one.seen else evidence._replace(agent=None, model=None, confidence="low"))
    return found
