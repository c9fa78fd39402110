"""The beginning of a run: at the last one's end, at a checkpoint if what followed it was rewritten, or anew."""

from collections.abc import Iterator
from typing import NamedTuple

from tracker import keys
from tracker.ledger.tables import OUTCOME_RUNS, OUTCOMES
from tracker.model import Oid
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.outcomes import checkpoint, saved_state
from tracker.outcomes.checkpoint import Checkpoint
from tracker.outcomes.history_pass import PassState
from tracker.project.outcome_files import OutcomeFiles
from tracker.project.project import Project


class Beginning(NamedTuple):
    """The beginning of a run. ``outcomes``: as they were recorded there.

    ``run``: how far they go; None to begin anew. ``data``: the state as it is saved. ``checkpoint``: the one before it.
    ``taken_back``: the commits whose recorded outcome is another one, since the run goes back behind it
    (``is_rewound``). ``has_run``: outcomes were recorded before.
    """

    state: PassState
    outcomes: dict[Oid, OutcomeRecord]
    run: OutcomesRunRecord | None
    has_run: bool
    data: bytes = b""
    checkpoint: Checkpoint | None = None
    taken_back: frozenset[Oid] = frozenset()
    is_rewound: bool = False


def beginnings(project: Project, rules: str) -> Iterator[Beginning]:
    """Yield the beginnings that are possible, the nearest to the end first, and to begin anew last.

    A later one is for a branch of which an earlier one turns out not to be a part. ``rules``: what a run that goes on
    must have in common with the one before.
    """
    files, project_id = project.files.outcomes, keys.project(project.files.id())
    with project.ledger.read() as snapshot:
        run = snapshot.get(OUTCOME_RUNS, project_id)
        is_usable = run is not None and run.rules == rules
        recorded = {keys.oid_of(key): one for key, one in snapshot.scan(OUTCOMES, project_id)} if is_usable else {}
    if run is not None and is_usable:
        earlier = checkpoint.read(files, rules, run.tip)
        state, data = _state(files, rules)
        if state is not None:
            yield Beginning(state, dict(recorded), run, has_run=True, data=data, checkpoint=earlier)
        if earlier is not None and (rewound := _rewound(files, rules, recorded, run, earlier)) is not None:
            yield rewound
    yield Beginning(PassState(), {}, None, has_run=run is not None)


def _state(files: OutcomeFiles, rules: str) -> tuple[PassState | None, bytes]:
    """Return the saved state of the last run, and its bytes; None if there is none to go on from."""
    try:
        data = files.read("outcomes-state", saved_state.LARGEST)
    except OSError:
        return None, b""
    state = saved_state.load(data, rules)
    return (state if state is not None and state.main is not None else None), data


def _rewound(
    files: OutcomeFiles,
    rules: str,
    recorded: dict[Oid, OutcomeRecord],
    run: OutcomesRunRecord,
    earlier: Checkpoint,
) -> Beginning | None:
    """Return the beginning at a checkpoint; None if its state is not there."""
    try:
        state = saved_state.load(files.read("outcomes-checkpoint", saved_state.LARGEST), rules)
    except OSError:
        return None
    if state is None or state.main != earlier.main:
        return None
    outcomes = {oid: one for oid, one in {**recorded, **earlier.before}.items() if one is not None}
    return Beginning(
        state,
        outcomes,
        run._replace(tip=earlier.main, time=earlier.time),
        has_run=True,
        checkpoint=earlier._replace(landings=0),
        taken_back=frozenset(earlier.before),
        is_rewound=True,
    )
