"""A ledger in the place of another one: killed, failing, or without room at every step, and over damaged files."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, flush
from tests.program import sized
from tracker.ledger import Ledger, entries
from tracker.ledger.backup_copy import copy_ledger
from tracker.ledger.compaction import compact
from tracker.ledger.integrity import KEY, USER_KEY
from tracker.ledger.tables import BUGS

_RESTORE_AND_END = """
import errno, os, resource, shutil, signal, sys
from pathlib import Path
from tracker.ledger import Ledger
from tracker.ledger.replacement import replace_ledger
STEPS = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "open", "shutil.copyfile"}
old, new, places, how = *map(Path, sys.argv[1:4]), sys.argv[4]

def replace(place, last):
    steps = 0
    def end(event, about):
        nonlocal steps
        if how == "full":
            if event == "os.mkdir" and "compacted" in str(about[0]):  # the new file is written there
                resource.setrlimit(resource.RLIMIT_FSIZE, (4096 * last, 4096 * last))
        elif event in STEPS:
            steps += 1
            if steps == last and how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if steps == last:
                raise OSError(errno.EIO, "Input/output error")
    sys.addaudithook(end)
    try:
        replace_ledger(Ledger(place, size_limit=1 << 20), new)
    except BaseException as error:
        (places.parent / f"{place.name}.said").write_text(str(error))
        return False
    return steps < last

for number in range(1, 1000):
    place = places / f"{number:03}"
    shutil.copytree(old, place, copy_function=shutil.copy2)
    child = os.fork()
    if not child:
        os._exit(0 if replace(place, number) else 1)
    if not os.waitpid(child, 0)[1]:
        break
"""


def bugs_of(ledger: Ledger) -> int:
    with ledger.read() as snapshot:
        return snapshot.count(BUGS)


def made(path: Path, bugs: int) -> Ledger:
    """Return a ledger that is told from others by its number of bugs, and its keys from those of others."""
    ledger = Ledger(path)
    flush(ledger, BASE)
    for number in range(bugs):
        flush(ledger, [entries.BugEntry("codex", PROJECTS[0], OIDS[0], f"bug {number}", "", number, "a person")])
    for name in (KEY, USER_KEY):
        (path / name).write_bytes(key_with(bugs))
    return ledger


def key_with(bugs: int) -> bytes:
    return bytes([bugs]) * 32


def damage(data: Path) -> None:
    content = data.read_bytes()
    data.write_bytes(content[: 3 * 4096] + b"\xaa" * (len(content) - 3 * 4096))


_STATES: dict[str, Callable[[Path], object]] = {
    "sound": lambda _: None,
    "damaged": damage,
    "truncated": lambda data: data.write_bytes(data.read_bytes()[: 3 * 4096]),
    "gone": lambda data: data.unlink(),
}


def replaced_in(tmp_path: Path, state: str, how: str) -> list[Path]:
    """Return copies of a ledger of 2 bugs in some state, each of which was replaced by one of 3 up to another step.

    ``how``: the process is killed there, the step fails, or the disk holds that many pages of the new file and no more.
    What each process said of it is beside the folder of the copies.
    """
    old, new, places = made(tmp_path / "old", 2).path, made(tmp_path / "new", 3).path, tmp_path / "places"
    _STATES[state](old / "data.mdb")
    places.mkdir()
    subprocess.run([sys.executable, "-c", _RESTORE_AND_END, str(old), str(new), str(places), how], check=True)
    found = sorted(places.iterdir())
    assert len(found) > 2
    assert bugs_of(Ledger(found[-1])) == 3
    return found


def _backed_up(ledger: Ledger) -> None:
    """Fail unless a copy for a backup has the keys that are those of its data."""
    copy = ledger.path.with_name(f"{ledger.path.name}-copy")
    copy.mkdir()
    copy_ledger(ledger, copy)
    expected = key_with(bugs_of(Ledger(copy)))
    assert {(copy / name).read_bytes() for name in (KEY, USER_KEY)} == {expected}


_USERS: Final[tuple[Callable[[Ledger], object], ...]] = (
    Ledger.begin,
    compact,
    lambda ledger: ledger.examine(wholly=False),
    Ledger.examine,
    Ledger.recover,
    _backed_up,
)
"""Uses of a ledger, of which any can be the first one after a killed replacement."""


def check_one_of_both(place: Path, damaged: bytes | None, aside: Path, user: Callable[[Ledger], object]) -> None:
    """Fail unless the ledger is the old one or the new one, or its loss is told; the old file is kept in each case."""
    ledger = Ledger(place)
    user(ledger)
    ledger.begin()
    kept = [*(place / "set-aside").glob("*/data.mdb")]
    assert len([*(place / "set-aside").glob("*")]) == len(kept)
    if damaged is not None:
        assert [one.read_bytes() for one in kept] == [damaged]
    if bugs_of(ledger) == 3:
        assert not ledger.notices
        if damaged is None and kept:
            assert bugs_of(Ledger(shutil.copytree(kept[0].parent, aside))) == 2
    elif damaged is not None:
        assert "was damaged" in ledger.notices[0]
    elif bugs_of(ledger) == 0:
        assert "data file is gone" in ledger.notices[0]
    else:
        assert bugs_of(ledger) == 2
        assert not kept
    assert not [one for one in kept if one.samefile(place / "data.mdb")]
    expected = key_with(3 if bugs_of(ledger) == 3 else 2)
    assert {(place / name).read_bytes() for name in (KEY, USER_KEY)} == {expected}


@pytest.mark.parametrize("how", ["killed", "failing", "full"])
def test_a_replacement_that_ends_early_leaves_the_old_ledger_or_the_new_one(tmp_path: Path, how: str) -> None:
    for state in [*_STATES][: sized(len(_STATES), 2)]:
        within = tmp_path / state
        within.mkdir()
        places = replaced_in(within, state, how)
        data = within / "old" / "data.mdb"
        damaged = data.read_bytes() if state in {"damaged", "truncated"} else None
        for number, place in enumerate(places):
            user = _USERS[number % len(_USERS)] if state == "sound" else Ledger.begin
            check_one_of_both(place, damaged, within / f"aside-{place.name}", user)


def test_keys_that_cannot_be_put_in_place_wait_for_the_next_use_and_this_is_said(tmp_path: Path) -> None:
    told = 0
    for place in replaced_in(tmp_path, "sound", "failing"):
        said = tmp_path / f"{place.name}.said"
        if not said.exists() or "its keys wait" not in said.read_text():
            continue
        told += 1
        assert "Input/output error. What uses the ledger next tries again." in said.read_text()
        assert bugs_of(Ledger(place)) == 3
        Ledger(place).begin()
        assert {(place / name).read_bytes() for name in (KEY, USER_KEY)} == {key_with(3)}
    assert told


def test_a_failed_replacement_leaves_nothing_aside_that_changes_with_the_ledger(tmp_path: Path) -> None:
    for place in replaced_in(tmp_path, "sound", "full")[:-1]:
        assert bugs_of(Ledger(place)) == 2
        assert not [*(place / "set-aside").glob("*")]


@pytest.mark.parametrize("mark", [None, "", "0123456789abcdef"])
def test_keys_that_are_of_no_restored_ledger_never_come_into_use(tmp_path: Path, mark: str | None) -> None:
    ledger = made(tmp_path / "ledger", 2)
    folder = ledger.path / "restored-keys"
    folder.mkdir()
    (folder / USER_KEY).write_bytes(key_with(3))
    if mark is not None:
        (folder / "mark").write_text(mark)
    ledger.begin()
    assert {(ledger.path / name).read_bytes() for name in (KEY, USER_KEY)} == {key_with(2)}
    assert not folder.exists()


def test_folders_that_lead_to_the_ledger_itself_do_not_lose_it(tmp_path: Path) -> None:
    ledger = made(tmp_path / "ledger", 2)
    (ledger.path / "set-aside").mkdir()
    (ledger.path / "set-aside" / "link").symlink_to(ledger.path)
    (tmp_path / "second").hardlink_to(ledger.path / "data.mdb")
    (ledger.path / "writer.lock").write_text("1 0")  # of a writer that was killed
    ledger.begin()
    assert bugs_of(ledger) == 2
