"""Compute what became of a project's commits: one pass over what its default branch gained since the last time.

A killed run loses at most what it did since it last saved. The outcomes and how far they go are one transaction; the
state of the pass is a file that may be older, and then the pass goes over that part again without counting it twice.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.digests import blake2b
from tracker.errors import TrackerError
from tracker.git.attributes import AttributeReader
from tracker.git.line_changes import changes_from_parents, line_changes
from tracker.model import Oid, Progress
from tracker.outcomes import checkpoint, saved_state
from tracker.outcomes.beginning import Beginning, beginnings
from tracker.outcomes.checkpoint import BEHIND, MOST_LANDINGS
from tracker.outcomes.counted_paths import ATTRIBUTES, is_counted
from tracker.outcomes.default_branch import Branch, default_branch
from tracker.outcomes.history_pass import BranchTooOld, HistoryPass
from tracker.outcomes.landing_order import Landing, landings
from tracker.outcomes.outcomes_writer import OutcomesWriter
from tracker.outcomes.read_messages import read_messages
from tracker.project.project import Project

_RULES: Final = 4
"""Raised when the same history would give other outcomes than before."""
_DEADLINE: Final = 20.0
_CHUNK: Final = 500
"""Commits whose messages are read together."""
_STEP: Final = 20
"""Commits after which the progress is told."""


class Computed(NamedTuple):
    """The result: the branch, and how many commits were read. ``branch`` is None where there is none with a commit."""

    branch: Branch | None
    read: int


def compute(project: Project, progress: Progress | None = None, deadline: float = _DEADLINE) -> Computed:
    """Bring the outcomes of a project up to date, alone: two passes at once would count lines twice.

    ``deadline``: seconds to wait for another process that computes the same.
    Raises RepositoryError, OSError, the LedgerUnavailable errors, and TrackerError while another process computes them.
    """
    with project.files.outcomes.lock().hold(deadline) as is_alone:
        if not is_alone:
            raise TrackerError(
                "another process is computing the outcomes of this repository: try again when it has ended."
            )
        return _compute(project, progress)


def _compute(project: Project, progress: Progress | None) -> Computed:
    branch = default_branch(project.repository)
    if branch is None:
        return Computed(None, 0)
    with AttributeReader(project.repository.common_dir, branch.tip, ATTRIBUTES) as attributes:
        reachable = project.repository.reachability_digest()  # such as how deep a shallow clone is
        rules = blake2b(f"{_RULES} {attributes.digest} {reachable}".encode(), digest_size=16).hexdigest()
        read = 0
        for begun in beginnings(project, rules):
            try:
                read = _Run(project, branch, rules, attributes).go_on(begun, progress)
                break
            except BranchTooOld:
                if begun.run is None:
                    raise
    return Computed(branch, read)


class _Run:
    """One run of the pass over a branch."""

    def __init__(self, project: Project, branch: Branch, rules: str, attributes: AttributeReader) -> None:
        self._project = project
        self._branch = branch
        self._rules = rules
        self._attributes = attributes
        self._counted: dict[str, bool] = {}

    def go_on(self, begun: Beginning, progress: Progress | None) -> int:
        """Read what the branch gained, and record the outcomes; return how many commits were read.

        Raises BranchTooOld when it has to begin anew.
        """
        repository, state = self._project.repository, begun.state
        listed = repository.walk([self._branch.tip], [] if state.main is None else [state.main])
        parents: dict[Oid, tuple[Oid, ...]] = {commit.oid: commit.parents for commit in repository.commits(listed)}
        boundary = _boundary(parents) if state.main is None else frozenset[Oid]()
        parents |= dict.fromkeys(boundary, ())
        steps = landings(listed, parents, self._branch.tip)
        if not steps and state.main != self._branch.tip:
            raise BranchTooOld(self._branch.tip)  # the branch was moved back
        skip_to = _check_line(begun, steps, parents)
        order = [oid for step in steps for oid in step.commits]
        pairs = [(oid, parent) for oid in order if len(parents[oid]) > 1 for parent in parents[oid]]
        changes = line_changes(repository.common_dir, order)
        differing = changes_from_parents(repository.common_dir, pairs)
        history = HistoryPass(state, parents, self._is_counted, boundary)
        writer = OutcomesWriter(self._project, self._branch.name, self._rules, begun)
        if begun.run is None:
            checkpoint.write(self._project.files.outcomes, None, self._rules)
        new_checkpoint = _place_of_checkpoint(begun, len(steps)) if skip_to is None else None
        done = told = 0
        for place, part in _parts(steps, new_checkpoint):
            if place == new_checkpoint:
                writer.set_checkpoint(saved_state.dump(state, self._rules) if place else begun.data)
            said = read_messages(repository, [oid for landing in part for oid in landing.commits])
            for step in history.run(part, changes, differing):
                reverted = {
                    target: oid
                    for oid in step.commits
                    for target in state.reverts.read(oid, said[oid].reverts, step.patches[oid])
                }
                if skip_to is None:
                    writer.add(step, said, state.reverts, reverted)
                elif step.main == skip_to:
                    skip_to = None
                done += len(step.commits)
                if progress and done - told >= _STEP:
                    progress(done, len(order))
                    told = done
            writer.save_at_times(state)
            if progress:
                progress(done, len(order))
        writer.finish(state, int(time.time()))
        return done

    def _is_counted(self, path: str) -> bool:
        if path not in self._counted:
            self._counted[path] = is_counted(path, self._attributes.read(path))
        return self._counted[path]


def _boundary(parents: Mapping[Oid, Sequence[Oid]]) -> frozenset[Oid]:
    """Return the commits at which a shallow clone begins: git has none of their parents, and shows all their lines."""
    return frozenset(oid for oid, of_one in parents.items() if any(parent not in parents for parent in of_one))


def _check_line(begun: Beginning, steps: Sequence[Landing], parents: Mapping[Oid, Sequence[Oid]]) -> Oid | None:
    """Return the last landing whose outcomes are recorded, if it is among those to be read.

    Raises BranchTooOld if the branch is not what was recorded with something added.
    """
    main = begun.state.main
    if main is None:
        return None
    if steps and parents[steps[0].main][:1] != (main,):
        raise BranchTooOld(main)
    if begun.run is None or begun.run.tip == main:
        return None
    if begun.run.tip not in {step.main for step in steps}:
        raise BranchTooOld(begun.run.tip)
    return begun.run.tip


def _place_of_checkpoint(begun: Beginning, landings: int) -> int | None:
    """Return before which of the landings to be read a new checkpoint is set; None for none.

    A first run sets none: most repositories are looked at again before their newest commits are rewritten.
    """
    old = begun.checkpoint
    if not begun.has_run or not landings or (old is not None and old.landings + landings <= MOST_LANDINGS):
        return None
    return max(0, landings - BEHIND)


def _parts(steps: Sequence[Landing], cut: int | None) -> Iterator[tuple[int, list[Landing]]]:
    """Yield the landings in parts of about as many commits, with the place of the first; a part begins at ``cut``."""
    part: list[Landing] = []
    first = count = 0
    for place, step in enumerate(steps):
        if part and (count >= _CHUNK or place == cut):
            yield first, part
            part, first, count = [], place, 0
        part.append(step)
        count += len(step.commits)
    if part:
        yield first, part
