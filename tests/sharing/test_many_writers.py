"""Many writers on one repository, at the same time: one push for each, nothing lost, and one fetch for all."""

import subprocess
import sys
import time

from tests.program import sized
from tests.sharing.machines import Machines, trust
from tests.support import Repo
from tracker.exchange.event_lines import line_of, read_line
from tracker.exchange.events import CommitEvent

_WRITERS = sized(24, 2)
_EVENTS = sized(1000, 10)


def test_many_writers_lose_nothing(machines: Machines) -> None:
    writers = [made(machines, number) for number in range(_WRITERS)]
    for writer in writers[1:]:
        trust(writer, writers[0])
    began = time.monotonic()
    words = [sys.executable, "-I", "-m", "tracker", "share", "push"]
    running = [
        subprocess.Popen(words, cwd=writer.path, env=writer.environment, stdout=subprocess.PIPE, text=True)
        for writer in writers
    ]
    said = [process.communicate()[0] for process in running]
    sent = time.monotonic() - began
    assert [text.split(" event", 1)[1] for text in said] == ["s sent to origin.\n"] * _WRITERS
    assert len(machines.refs()) == _WRITERS
    commits = sum(len(machines.bare.git("rev-list", ref).split()) for ref in machines.refs())

    reader = machines.add("reader", email="ada@work.example")
    trust(reader, writers[0])
    reader.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
    began = time.monotonic()
    reader.git("fetch", "-q")
    fetched = time.monotonic() - began
    began = time.monotonic()
    reader.tracker("sync")
    read = time.monotonic() - began
    told = sum(len(machines.events(writer)) for writer in writers)
    seen = reader.json("share")["writers"]
    assert sum(one["trusted_events"] for one in seen) == told == sum(int(text.split(" ")[0]) for text in said)
    assert told >= _WRITERS * _EVENTS
    assert commits == _WRITERS
    assert len(reader.log("--everywhere", "--all")) == _WRITERS * _EVENTS + 1
    assert reader.json("verify")["ok"]
    print(
        f"\n{_WRITERS} writers, {told} events: {_WRITERS} pushes at once in {sent:.1f} s, {commits} commits;"
        f" fetch {fetched:.2f} s, reading {read:.1f} s"
    )


def made(machines: Machines, number: int) -> Repo:
    """Return a machine that made commits and pushed them to a branch of its own, and has sent nothing yet."""
    repo = machines.add(f"writer-{number}")
    repo.begin_at(1_700_000_000 + number * 10_000)
    repo.import_commits(_EVENTS)
    repo.tracker("sync")
    seen = machines.folder / f"seen-{number}.jsonl"
    events = (read_line(line).event for line in repo.tracker("export").encode().splitlines())
    seen.write_bytes(
        b"".join(line_of(one._replace(learnt="post-commit")) for one in events if isinstance(one, CommitEvent))
    )
    repo.tracker("import", str(seen))  # as if hooks had seen them made
    repo.git("push", "-q", "--no-verify", "origin", f"main:work-{number}")
    return repo
