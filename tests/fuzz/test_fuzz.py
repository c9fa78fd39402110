"""Whatever lies in the places that are read: the user's own next commit is recorded with its evidence.

``AGENT_TRACKER_TEST_FUZZ=20000`` tries that many inputs.
"""

import json
import os
import random
from collections.abc import Mapping
from typing import Final

import pytest

from tests.fuzz import inputs
from tests.fuzz.places import AGENT, CHECKPOINT, PLACES
from tests.hanging import not_hanging
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

_COUNT: Final = int(os.environ.get("AGENT_TRACKER_TEST_FUZZ", "200"))
_PARTS: Final = 4
"""Tests that share the inputs, so that they can run side by side."""


def planted(repo: Repo, found: Mapping[str, bytes]) -> str | None:
    """Put bytes into places, commit, and return what went wrong."""
    for place, data in found.items():
        PLACES[place](repo, data)
    with not_hanging():
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: mine\n\nEntire-Checkpoint: {CHECKPOINT}", env=AGENT)
        shown = repo.run("explain", "HEAD", "--json")
        doctor = repo.run("doctor")
    for done in (shown, doctor):
        if "defect of" in done.stderr or "Traceback" in done.stderr or done.returncode not in {0, 1}:
            return f"{done.args[3:]}: {done.returncode} {done.stderr[-500:]}"
    if shown.returncode or json.loads(shown.stdout)["agent"] != "claude-code":
        return f"explain: {shown.returncode} {shown.stdout[:500]} {shown.stderr[-500:]}"
    return None


@pytest.mark.parametrize("part", range(_PARTS))
def test_next_commit_is_recorded_with_its_evidence(repo: Repo, part: int) -> None:
    chance = random.Random(f"agent-tracker {part}")
    repo.commit("feat: first")
    tried = commits = 0
    while tried < _COUNT / _PARTS:
        found = {place: inputs.make(chance) for place in PLACES}
        wrong = planted(repo, found)
        assert wrong is None, f"{wrong}\n" + "".join(f"{place}: {data[:300]!r}\n" for place, data in found.items())
        tried += len(found)
        commits += 1
    assert len(repo.log("--all")) >= commits
