"""Find the sessions of Entire's checkpoints, which commits name in a trailer (entireio/cli, docs/architecture)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tracker.attribution.other_tools_formats import Named, checkpoint_ids, entire_session, entire_session_paths
from tracker.git import Repository
from tracker.model import Commit, Oid

REFS: Final = (
    "refs/heads/entire/checkpoints/v1", "refs/entire/checkpoints", "refs/remotes/*/entire/checkpoints/v1",
)  # fmt: skip
"""Refs with checkpoints: a branch, here and on remotes, or one ref for each checkpoint."""

_BRANCH: Final = "entire/checkpoints/v1"
_BRANCH_ID: Final = 12
"""Characters of the ids of checkpoints in the branch; longer ones have refs."""


def of_commits(
    repository: Repository, commits: Sequence[Commit], refs: Mapping[str, Oid]
) -> Iterator[tuple[Oid, list[Named]]]:
    """Yield the commits that name a session of a checkpoint, with the session's agents. Raises RepositoryError.

    A commit appears once for each session.
    """
    branches = [ref for ref in refs if ref.endswith(_BRANCH)]
    commits_by_folder: dict[str, list[Oid]] = defaultdict(list)
    for commit in commits:
        for checkpoint in checkpoint_ids(commit.message):
            for folder in _folders(checkpoint, refs, branches):
                commits_by_folder[folder].append(commit.oid)
    summaries = repository.files(f"{folder}metadata.json" for folder in commits_by_folder)
    sessions: dict[str, list[Oid]] = {}
    for place, oids in commits_by_folder.items():
        summary = summaries.get(f"{place}metadata.json")
        if summary is not None:
            ref, _, folder = place.partition(":")
            sessions |= {f"{ref}:{path}": oids for path in entire_session_paths(summary, folder)}
    for place, text in repository.files(sessions).items():
        named = entire_session(text)
        yield from ((oid, named) for oid in sessions[place])


def _folders(checkpoint: str, refs: Mapping[str, Oid], branches: Sequence[str]) -> list[str]:
    """Return the folders that may hold a checkpoint, as ``REF:`` or ``REF:FOLDER/``."""
    own = f"refs/entire/checkpoints/{checkpoint[-2:]}/{checkpoint}"
    if own in refs:
        return [f"{own}:"]
    if len(checkpoint) != _BRANCH_ID:
        return []
    return [f"{branch}:{checkpoint[:2]}/{checkpoint[2:]}/" for branch in branches]
