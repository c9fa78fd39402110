"""A process that compacts the ledger is killed at random moments while another one records commits: nothing is lost."""

import random
import signal
import subprocess
import sys
import time
from typing import Final

import pytest

from tests.ledger.tips import delete_tips
from tests.program import sized
from tests.support import Repo
from tracker.ledger import Ledger

pytestmark = pytest.mark.recorded_later

KILLS: Final = sized(30, 5)

COMPACT_AGAIN_AND_AGAIN: Final = """
import sys
from pathlib import Path
from tests.ledger.tips import delete_tips, put_tips
from tracker.ledger import Ledger
from tracker.ledger.compaction import compact
ledger = Ledger(Path(sys.argv[1]), deadline=300)
while True:
    put_tips(ledger, 2000)
    delete_tips(ledger)
    before, after = compact(ledger)
    print(int(after < before), flush=True)
"""


def test_killed_at_random_moments_while_commits_are_recorded(repo: Repo) -> None:
    chance = random.Random(7)
    recorded = compactions = 0
    for number in range(KILLS):
        words = [sys.executable, "-c", COMPACT_AGAIN_AND_AGAIN, str(repo.ledger_path)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as compacting:
            assert compacting.stdout is not None
            if number % 3 == 0:
                compactions += int(compacting.stdout.readline())
            repo.commit(f"feat: {number}")
            recorded += repo.json("sync")["recorded"]
            time.sleep(chance.uniform(0, 0.4))
            compacting.send_signal(signal.SIGKILL)
            compactions += sum(map(int, compacting.stdout.read().split()))
        assert compacting.returncode == -signal.SIGKILL
        assert Ledger(repo.ledger_path).examine() is None
    assert repo.json("sync")["recorded"] == 0
    assert recorded == KILLS
    delete_tips(repo.ledger())
    assert len(repo.assert_recorded()) == KILLS
    assert compactions >= KILLS // 3
    assert not [*repo.ledger_path.glob("set-aside/*")]
    repo.tracker("compact")
    assert {path.name for path in repo.ledger_path.iterdir()} == {
        "created",
        "data.mdb",
        "key",
        "lock.mdb",
        "writer.lock",
    }
