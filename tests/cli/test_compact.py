"""``compact``: what it prints, and where it refuses."""

from pathlib import Path

import pytest

from tests.cli.refusals import refused
from tests.e2e.namespaces import needs_namespaces, run_in_namespaces
from tests.ledger.tips import delete_tips, put_tips
from tests.support import Repo
from tracker.text import size_shown

pytestmark = pytest.mark.recorded_later


@pytest.mark.whole
def test_sizes_before_and_after(repo: Repo) -> None:
    repo.commit("feat: one")
    repo.tracker("sync")
    put_tips(repo.ledger(), 50_000)
    delete_tips(repo.ledger())
    before = repo.ledger().size()
    said = repo.tracker("compact")
    size = repo.ledger().size()
    assert said == f"The ledger takes {size_shown(size)} now, and took {size_shown(before)} before.\n"
    assert size < 200 << 10 < 20 << 20 < before
    assert repo.tracker("compact") == f"There is nothing to give back: the ledger takes {size_shown(size)}.\n"
    assert repo.json("compact") == {"schema": 1, "ledger": str(repo.ledger_path), "before": size, "after": size}
    assert len(repo.assert_recorded()) == 1


def test_ledger_outside_of_a_repository(repo: Repo, tmp_path: Path) -> None:
    done = repo.run("compact", "--ledger", str(repo.ledger_path), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("There is nothing to give back")


def test_there_is_no_ledger(untracked: Repo, tmp_path: Path) -> None:
    place = tmp_path / "nowhere"
    assert f"there is no ledger at {place}" in refused(untracked, "compact", "--ledger", str(place))
    assert not place.exists()
    assert "there is no" in refused(untracked, "compact", "-C", str(place), code=2)


@needs_namespaces
@pytest.mark.whole
def test_disk_without_room_for_the_copy(untracked: Repo, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    untracked.environment["AGENT_TRACKER_LEDGER"] = str(disk / "ledger.lmdb")
    script = f"""
        mount -t tmpfs -o size=4m tmpfs {disk}
        "$@" init >&2
        git commit -q --allow-empty -m one
        "$@" sync >&2
        head -c 3400000 /dev/zero >{disk}/filler
        sha256sum {disk}/ledger.lmdb/data.mdb
        "$@" compact 2>&1 && exit 9
        sha256sum {disk}/ledger.lmdb/data.mdb
        ls {disk}/ledger.lmdb
        "$@" verify --json
    """
    before, sentence, after, *files, verdict = run_in_namespaces("-rm", script, untracked).splitlines()
    assert before == after
    assert f"the disk that holds the ledger {disk}/ledger.lmdb has no room for a compacted copy" in sentence
    assert sentence.endswith("make room; nothing was changed.")
    assert files == ["created", "data.mdb", "key", "lock.mdb", "writer.lock"]
    assert '"ok":true' in verdict
