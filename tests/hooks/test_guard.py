"""The guard, with real commits: whom it stops, what no agent may commit, and that it stops nobody by mistake."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.e2e.test_agents import AMBIENT
from tests.framework import configuration, pre_commit, surroundings
from tests.hooks.test_hook_managers import add_lines, git_version, snapshot
from tests.support import Repo
from tracker.ledger import Ledger
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import BugEntry

CLAUDE: Final = {"CLAUDECODE": "1"}
OTHER: Final = {"OPENCODE": "1"}
HALTED: Final = (
    "agent-tracker: claude-code is halted (0 skill points), so it may not commit here: the user ends that with"
    " 'agent-tracker reinstate claude-code --plan TEXT'.\n"
)


def unchanging(repo: Repo) -> dict[str, tuple[str, str]]:
    """Every file but the one that shows the state of the ledger."""
    return {name: found for name, found in snapshot(repo).items() if not name.endswith(".agent/status.json")}


class Attempt(NamedTuple):
    """How a commit went: the exit code, and what was said on standard error."""

    code: int
    said: str


def attempt(
    repo: Repo, *arguments: str, env: Mapping[str, str] | None = None, git: Sequence[str] = (), cwd: Path | None = None
) -> Attempt:
    """Try to commit, as somebody without a terminal."""
    words = ["git", *git, "commit", "-q", "-m", "feat: tried", *(arguments or ["--allow-empty"])]
    done = subprocess.run(
        words,
        cwd=cwd or repo.path,
        env=repo.environment | dict(env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Attempt(done.returncode, done.stderr)


def attempt_in_a_terminal(repo: Repo, env: Mapping[str, str] | None = None) -> Attempt:
    ours, its = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as shown:
        with os.fdopen(its, "wb", buffering=0) as terminal:
            words = ["git", "commit", "-q", "--allow-empty", "-m", "feat: by hand"]
            environment = repo.environment | dict(env or {})
            done = subprocess.run(
                words, cwd=repo.path, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, check=False
            )
            os.write(its, b".")
        said = shown.read(1 << 16).decode().replace("\r\n", "\n")
    return Attempt(done.returncode, said.removesuffix("."))


FINE: Final = Attempt(0, "")
REFUSED: Final = Attempt(1, HALTED)


def halt(repo: Repo, agent: str = "claude-code") -> None:
    """Charge a bug to an agent that has a skill point to lose."""
    buffer = EntryBuffer()
    assert buffer.add(BugEntry(agent, repo.project(), None, "broke it", "", 1_700_000_000))
    buffer.flush(repo.ledger())


@pytest.fixture
def guarded(untracked: Repo) -> Repo:
    """A tracked repository with the guard, and nothing else that runs at a commit; claude-code is halted."""
    untracked.tracker("init", "--guard")
    halt(untracked)
    for hook in (untracked.path / ".git" / "hooks").glob("post-*"):
        hook.unlink()
    return untracked


def stub(repo: Repo) -> Path:
    return repo.path / ".git" / "hooks" / "pre-commit"


def with_interpreter(repo: Repo, script: str) -> None:
    """Let the stub start a shell script in the interpreter's place."""
    wrapper = repo.path.parent / "interpreter"
    wrapper.write_text(f"#!/bin/sh\n{script}\n")
    wrapper.chmod(0o755)
    lines = [f"python={wrapper}" if one.startswith("python=") else one for one in stub(repo).read_text().splitlines()]
    stub(repo).write_text("\n".join(lines) + "\n")


def count_starts(repo: Repo) -> Path:
    """Have each start of the interpreter noted in a file."""
    starts = repo.path.parent / "starts"
    starts.write_text("")
    with_interpreter(repo, f"echo x >>'{starts}'\nexec '{sys.executable}' \"$@\"")
    return starts


# -- halted agents -------------------------------------------------------------------------------------------------


def test_a_halted_agent_may_not_commit_and_everybody_else_may(guarded: Repo) -> None:
    starts = count_starts(guarded)
    assert attempt(guarded, env=CLAUDE) == REFUSED, "before the first commit"
    assert attempt(guarded) == FINE, "somebody without a terminal"
    assert attempt_in_a_terminal(guarded, AMBIENT) == FINE, "a person"
    assert starts.read_text() == "x\n", "nobody but the agent waits for an interpreter"
    assert attempt(guarded, env=OTHER) == FINE
    assert attempt(guarded, env={"AGENT": "1"}) == FINE, "an agent that nobody knows is never halted"
    assert attempt(guarded, env={"AGENT_TRACKER_AGENT": "dependabot"}) == FINE
    assert attempt_in_a_terminal(guarded, {"AGENT_TRACKER_AGENT": "human"}) == FINE
    assert starts.read_text() == "x\n" * 5
    (guarded.path / "file").write_text("x")
    guarded.git("add", "-A")
    head = guarded.head()
    for arguments in (("--amend",), ("-a",), ("file",), ()):
        assert attempt(guarded, *arguments, env=CLAUDE) == REFUSED, arguments
    assert attempt_in_a_terminal(guarded, CLAUDE) == REFUSED, "in a terminal that an agent began"
    assert guarded.head() == head
    assert attempt(guarded, "--allow-empty", "--no-verify", env=CLAUDE) == FINE, "which docs/guard.md admits"


def test_wherever_git_is_called_from(guarded: Repo, tmp_path: Path) -> None:
    guarded.git("commit", "-q", "--allow-empty", "-m", "feat: zero")
    guarded.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked tree"))
    linked = guarded.at(tmp_path / "linked tree")
    linked.write(".env", "SECRET=1\n")
    linked.git("add", "-A")
    assert attempt(linked, env=CLAUDE) == REFUSED
    assert "(.env)" in attempt(linked, env=OTHER).said
    assert "(.env)" in attempt(linked, "-a", env=OTHER).said
    place = ["--git-dir", str(guarded.path / ".git"), "--work-tree", str(guarded.path)]
    assert attempt(guarded, env=CLAUDE, git=place, cwd=tmp_path) == REFUSED
    (guarded.path / "below").mkdir()
    assert attempt(guarded, env=CLAUDE, cwd=guarded.path / "below") == REFUSED
    super_ = Repo.make(tmp_path / "super", guarded.environment)
    super_.git("submodule", "--quiet", "add", str(guarded.path), "part")
    part = super_.at(super_.path / "part")
    part.tracker("init", "--guard")
    assert attempt(part, env=CLAUDE) == REFUSED
    part.write("conf/.env", "x")
    part.git("add", "-A")
    assert "(conf/.env)" in attempt(part, env=OTHER).said


def test_an_agent_that_the_configuration_names(guarded: Repo) -> None:
    """It is asked for without a terminal alone, and once it is noted nobody asks git."""
    guarded.git("config", "agent-tracker.agent", "Claude")
    assert attempt(guarded) == REFUSED
    assert attempt_in_a_terminal(guarded) == FINE, "a person, whoever is said to work here"
    guarded.tracker("sync")
    assert (guarded.folder / "agent").exists()
    long_ago = time.time() - 3600
    os.utime(guarded.path / ".git" / "config", (long_ago, long_ago))
    assert attempt(guarded) == REFUSED
    guarded.git("config", "--unset", "agent-tracker.agent")
    assert attempt(guarded) == FINE
    guarded.tracker("sync")
    assert not (guarded.folder / "agent").exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not show processes as files")
def test_an_agent_that_is_told_by_its_process(guarded: Repo, tmp_path: Path) -> None:
    place = tmp_path / "claude"
    place.write_text('#!/bin/sh\n"$@"\nexit $?\n')
    place.chmod(0o755)
    words = [str(place), "git", "commit", "-q", "--allow-empty", "-m", "x"]
    environment = {name: value for name, value in guarded.environment.items() if name != "AGENT_TRACKER_PROCESSES"}
    done = subprocess.run(words, cwd=guarded.path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == REFUSED


# -- environment files -----------------------------------------------------------------------------------------------


def test_environment_files(guarded: Repo) -> None:
    names = (".env", "a/.Env.local", "a\x1b[31m/.env", ".env.example", "a/.env.dist", ".envrc")
    for name in names:
        guarded.write(name, "SECRET=1\n")
    guarded.git("add", "-A")
    found = attempt(guarded, env=OTHER)
    assert found.code == 1
    assert found.said == (
        "agent-tracker: opencode may not commit environment files (.env, a?[31m/.env, a/.Env.local): leave them out, or"
        " the user allows them with 'git config agent-tracker.allowEnvFiles true'.\n"
    )
    assert attempt(guarded, env={"AGENT": "1"}).code == 1, "an agent that nobody knows"
    guarded.git("rm", "-q", "--cached", *names[:3])
    assert attempt(guarded, "--allow-empty", env=OTHER) == FINE
    guarded.git("add", "-A")
    assert attempt(guarded, "--allow-empty") == FINE, "a person may"
    # Of a file that is in git, what stands in the index alone, or is put there by the commit itself.
    guarded.write(".env", "SECRET=2\n")
    guarded.write("plain", "x\n")
    guarded.git("add", "plain")
    assert attempt(guarded, env=OTHER) == FINE, "it is not staged"
    for arguments in (("-a",), (".env",), ("--include", ".env")):
        assert "(.env)" in attempt(guarded, *arguments, env=OTHER).said, arguments
    guarded.git("mv", "plain", "a/.env.prod")
    guarded.git("rm", "-q", "--cached", ".env")
    assert "(a/.env.prod)" in attempt(guarded, "--allow-empty", env=OTHER).said, (
        "renamed to; what is deleted is not said"
    )
    guarded.git("mv", "a/.env.prod", "plain")
    assert attempt(guarded, "--allow-empty", env=OTHER) == FINE, "deleted"
    guarded.git("switch", "-q", "-c", "side")
    guarded.write("c/.env", "x")
    guarded.commit("feat: theirs", file="plain", text="theirs\n", options=["-a"])
    guarded.git("add", "-f", "c/.env")
    guarded.git("commit", "-q", "--amend", "--no-edit")
    guarded.git("switch", "-q", "main")
    guarded.commit("feat: ours", file="plain", text="ours\n")
    guarded.git("merge", "-q", "side", code=1)
    guarded.git("add", "plain")
    guarded.write("d/.env", "x")
    guarded.git("add", "-f", "d/.env")
    assert "(d/.env)" in attempt(guarded, "--no-edit", env=OTHER).said, "what is merged in was there before"
    guarded.git("rm", "-q", "--cached", "d/.env")
    assert attempt(guarded, "--no-edit", env=OTHER) == FINE
    for key, setting in {"true": FINE, "no": None, "yes": FINE}.items():
        guarded.git("config", "agent-tracker.allowEnvFiles", key)
        guarded.write(f"b/.env.{key}", "x")
        guarded.git("add", "-f", "b")
        done = attempt(guarded, "--allow-empty", env=OTHER)
        assert done == setting if setting else done.code == 1
    guarded.git("config", "--unset", "agent-tracker.allowEnvFiles")
    settings = Path(guarded.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("allow-env-files = true\n")
    guarded.write(".env.toml", "x")
    guarded.git("add", "-f", ".env.toml")
    assert attempt(guarded, "--allow-empty", env=OTHER) == FINE


# -- what goes wrong -------------------------------------------------------------------------------------------------


def ledger_of(repo: Repo) -> Path:
    return Path((repo.folder / "ledger").read_text().strip())


def listing(ledger: Path) -> dict[str, bytes]:
    """The ledger's files, but for what locks note."""
    return {
        str(path.relative_to(ledger)): path.read_bytes() if path.is_file() else b""
        for path in sorted(ledger.rglob("*"))
        if path.name not in {"writer.lock", "lock.mdb", "suspect"}
    }


def no_ledger(ledger: Path) -> None:
    shutil.rmtree(ledger)


def garbage(ledger: Path) -> None:
    (ledger / "data.mdb").write_bytes(b"no ledger\n" * 10_000)


def cut(ledger: Path) -> None:
    os.truncate(ledger / "data.mdb", 5000)


def empty(ledger: Path) -> None:
    os.truncate(ledger / "data.mdb", 0)


def gone(ledger: Path) -> None:
    (ledger / "data.mdb").unlink()


def a_folder(ledger: Path) -> None:
    (ledger / "data.mdb").unlink()
    (ledger / "data.mdb").mkdir()


def a_file(ledger: Path) -> None:
    shutil.rmtree(ledger)
    ledger.write_text("mine")


def foreign(ledger: Path) -> None:
    shutil.rmtree(ledger)
    ledger.mkdir()
    (ledger / "thesis.txt").write_text("mine")


def newer(ledger: Path) -> None:
    with Ledger(ledger).write() as transaction:
        transaction.put_meta("schema", 99)


BROKEN: Final = (no_ledger, garbage, cut, empty, gone, a_folder, a_file, foreign, newer)


def assert_blind(repo: Repo, reason: str) -> None:
    """Shown once, in one line, and the commit is made."""
    first = attempt(repo, env=CLAUDE)
    assert first.code == 0, first
    assert first.said.startswith("agent-tracker: halted agents may commit: the guard cannot check them (shown once): ")
    assert reason in first.said
    assert len(first.said.splitlines()) == 1
    assert attempt(repo, env=CLAUDE) == FINE


def test_a_ledger_that_cannot_be_read_stops_nobody_and_is_said_once(guarded: Repo, tmp_path: Path) -> None:
    ledger = ledger_of(guarded)
    shutil.copytree(ledger, tmp_path / "whole")
    for breaking in BROKEN:
        breaking(ledger)
        before, was_there = listing(ledger), ledger.exists()
        assert_blind(guarded, str(ledger) if breaking is not newer else "schema 99")
        assert (listing(ledger), ledger.exists()) == (before, was_there), f"{breaking.__name__}: nothing was mended"
        shutil.rmtree(ledger) if ledger.is_dir() else ledger.unlink(missing_ok=True)
        shutil.copytree(tmp_path / "whole", ledger)
        assert attempt(guarded, env=OTHER) == FINE
        assert not (guarded.folder / "guard-blind").exists()
        assert attempt(guarded, env=CLAUDE) == REFUSED


def test_no_file_makes_a_commit_wait(guarded: Repo) -> None:
    """Opening a pipe waits for whoever writes to it, in the system, where no deadline of ours reaches."""
    ledger = ledger_of(guarded)
    (ledger / "created").unlink()
    os.mkfifo(ledger / "created")
    guarded.write(".env", "x")
    guarded.git("add", "-A")
    done = attempt(guarded, env=CLAUDE)
    assert [line.split(":")[1][:20] for line in done.said.splitlines()] == [
        " claude-code may not",
        " halted agents may c",
    ]
    assert "(.env)" in done.said, "the other rule still holds"
    assert "did not answer within 1 second" in done.said
    guarded.git("rm", "-q", "--cached", ".env")
    assert attempt(guarded, env=CLAUDE) == FINE


@pytest.fixture
def suspended(guarded: Repo) -> Iterator[None]:
    """Another process in a write transaction, suspended."""
    code = (
        "import sys, time; from pathlib import Path; from tracker.ledger import Ledger\n"
        "with Ledger(Path(sys.argv[1])).write(): print('in', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-I", "-c", code, str(ledger_of(guarded))]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        yield
        process.kill()


def test_a_suspended_writer_hides_nothing_unless_the_ledger_is_suspect(guarded: Repo, suspended: None) -> None:
    assert attempt(guarded, env=CLAUDE) == REFUSED
    (ledger_of(guarded) / "suspect").touch()
    assert_blind(guarded, "locked by process")


def test_a_wrong_setting_a_defect_and_an_interpreter_that_is_gone(guarded: Repo) -> None:
    guarded.git("config", "agent-tracker.sizeLimit", "x")
    assert_blind(guarded, "size-limit is 'x'")
    guarded.git("config", "--unset", "agent-tracker.sizeLimit")
    for variable in ("AGENT_TRACKER_SIZE_LIMIT", "AGENT_TRACKER_LEDGER", "AGENT_TRACKER_MODE"):
        assert attempt(guarded, env={**CLAUDE, variable: "x"}) == REFUSED, "an agent's environment is its own to write"
    before = stub(guarded).read_bytes()
    defect = "from tracker.ledger import totals; totals.score_of = None"
    code = f"import sys; from tracker import __main__; {defect}; sys.exit(__main__.main())"
    with_interpreter(guarded, f"shift 3\nexec '{sys.executable}' -I -c '{code}' \"$@\"")
    assert_blind(guarded, "defects.log")
    assert "TypeError" in (guarded.folder / "defects.log").read_text()
    for script in ("exec /nowhere/python", "echo oops >&2; exit 1", "kill -9 $$"):
        with_interpreter(guarded, script)
        assert attempt(guarded, env=CLAUDE) == FINE, script
    stub(guarded).write_text(stub(guarded).read_text().replace("\npython=", "\npython=/nowhere"))
    assert attempt(guarded, env=CLAUDE) == FINE
    stub(guarded).write_bytes(before)
    shutil.rmtree(guarded.folder)
    assert attempt(guarded, env=CLAUDE) == FINE, "not tracked"


# -- beside other hooks ----------------------------------------------------------------------------------------------

THEIRS: Final = '#!/bin/sh\necho "${0##*/} $#" >>../seen; cat >>../seen; . "${0%/*}/beside.sh"; exit 3\n'


def test_an_earlier_hook_runs_afterwards_and_comes_back(untracked: Repo) -> None:
    hooks = untracked.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name, text in {
        "pre-commit": THEIRS,
        "post-commit": "#!/bin/sh\n:\n",
        "beside.sh": "echo beside >>../seen\n",
    }.items():
        (hooks / name).write_text(text)
        (hooks / name).chmod(0o755)
    before = snapshot(untracked)
    untracked.tracker("init")
    without = unchanging(untracked)
    untracked.tracker("init", "--guard")
    halt(untracked)
    seen = untracked.path.parent / "seen"
    assert attempt(untracked, env=CLAUDE) == REFUSED
    assert not seen.exists()
    assert attempt(untracked).code == 1
    assert seen.read_text() == "pre-commit 0\nbeside\n"
    assert attempt(untracked, env=OTHER).code == 1
    assert seen.read_text() == "pre-commit 0\nbeside\n" * 2
    untracked.tracker("init")
    assert attempt(untracked, env=CLAUDE) == REFUSED, "it is remembered"
    assert untracked.json("doctor")["facts"]["guard"] == "on"
    untracked.tracker("init", "--no-guard")
    assert unchanging(untracked) == without
    assert untracked.json("doctor")["facts"]["guard"] == "off"
    untracked.tracker("init")
    assert unchanging(untracked) == without
    untracked.tracker("init", "--guard")
    untracked.tracker("uninstall")
    assert snapshot(untracked) == before


def test_doctor_looks_at_its_hook(guarded: Repo) -> None:
    guarded.tracker("init")
    assert guarded.json("doctor")["findings"] == []
    text = stub(guarded).read_text()
    found = []
    for broken in (
        text.replace("\npython=", "\npython=/nowhere"),
        text.replace("# agent-tracker hook ", "# agent-tracker hook 0.0.0 "),
        None,
    ):
        stub(guarded).unlink() if broken is None else stub(guarded).write_text(broken)
        (finding,) = guarded.json("doctor", code=1)["findings"]
        found.append(finding["what"].removeprefix(f"the hook {stub(guarded)} "))
        assert finding["mend"] == "agent-tracker init"
        guarded.tracker("init")
        assert guarded.json("doctor")["findings"] == []
    assert found == [
        "starts a Python that is gone, so it stops nobody.",
        "is of another version of agent-tracker, or of its catalogue.",
        "is not there.",
    ]
    guarded.tracker("init", "--no-guard")
    assert guarded.json("doctor")["findings"] == []


def test_a_folder_of_hooks_that_is_not_ours_to_write(untracked: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "hooks"
    folder.mkdir()
    (folder / "pre-commit").write_text("#!/bin/sh\necho theirs >>../seen\n")
    (folder / "pre-commit").chmod(0o755)
    untracked.git("config", "core.hooksPath", str(folder))
    add_lines(untracked.tracker("init"))
    before = snapshot(untracked, folder)
    said = untracked.tracker("init", "--guard")
    assert snapshot(untracked, folder) == before
    (finding,) = untracked.json("doctor", code=1)["findings"]
    assert "pre-commit there does not run agent-tracker" in finding["what"]
    assert add_lines(said) == 1
    assert untracked.json("doctor")["findings"] == []
    halt(untracked)
    assert attempt(untracked, env=CLAUDE) == REFUSED
    assert attempt(untracked) == FINE
    assert (tmp_path / "seen").read_text() == "theirs\n"
    assert f"{folder / 'pre-commit'} does nothing any more" in untracked.tracker("init", "--no-guard")
    assert attempt(untracked, env=CLAUDE) == FINE


def test_in_git_s_configuration(untracked: Repo, tmp_path: Path) -> None:
    if git_version(untracked) < (2, 54):
        pytest.skip("this git runs no hooks that its configuration names")
    untracked.git("config", "core.hooksPath", str(tmp_path / "nowhere"))
    before = snapshot(untracked)
    untracked.tracker("init", "--hooks", "config", "--guard")
    assert untracked.json("doctor")["findings"] == []
    halt(untracked)
    assert attempt(untracked, env=CLAUDE) == REFUSED
    assert attempt(untracked, env=OTHER) == FINE
    untracked.tracker("init", "--hooks", "config", "--no-guard")
    assert attempt(untracked, env=CLAUDE) == FINE
    untracked.tracker("uninstall")
    assert snapshot(untracked) == before


def test_what_init_says(untracked: Repo) -> None:
    done = untracked.run("init", "--guard", "--hooks", "none")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert not untracked.folder.exists()
    assert "agent-tracker-guard" not in untracked.tracker("init", "--hooks", "pre-commit")
    said = untracked.tracker("init", "--hooks", "pre-commit", "--guard")
    assert "- id: agent-tracker-guard\n" in said
    assert said.rstrip().endswith("-t pre-commit")


# -- the pre-commit framework ------------------------------------------------------------------------------------------

FRAMEWORK: Final = json.dumps(
    {"repos": [{"repo": "local", "hooks": [
        {"id": "note", "name": "note", "language": "system", "always_run": True, "pass_filenames": False,
         "stages": ["pre-commit"], "entry": "sh -c 'echo theirs >>../seen'"}]}]}
)  # fmt: skip


@pytest.mark.parametrize("first", ["the guard", "pre-commit"])
def test_both_orders_of_installation(untracked: Repo, first: str) -> None:
    untracked.environment["PRE_COMMIT_HOME"] = str(untracked.path.parent / "store")
    untracked.write(".pre-commit-config.yaml", FRAMEWORK)
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    seen = untracked.path.parent / "seen"
    if first == "the guard":
        untracked.tracker("init", "--guard")
        alone = None
        pre_commit(untracked, "install")
    else:
        pre_commit(untracked, "install")
        alone = snapshot(untracked)
        untracked.tracker("init", "--guard")
    assert untracked.json("doctor")["findings"] == []
    halt(untracked)
    done = attempt(untracked, env=CLAUDE)
    assert (done.code, HALTED in done.said) == (1, True)
    seen.write_text("")
    assert attempt(untracked, env=OTHER).code == 0
    assert attempt(untracked).code == 0
    assert seen.read_text() == "theirs\n" * 2
    untracked.tracker("init", "--no-guard")
    assert attempt(untracked, env=CLAUDE).code == 0
    assert seen.read_text() == "theirs\n" * 3
    if alone is not None:
        untracked.tracker("uninstall")
        assert snapshot(untracked) == alone


@pytest.mark.slow
def test_as_a_hook_of_the_framework(untracked: Repo, product: Path, store: Path) -> None:
    untracked.environment |= surroundings(store)
    text = configuration(product)
    untracked.commit("build: hooks", file=".pre-commit-config.yaml", text=text)
    pre_commit(untracked, "install", "--install-hooks")
    untracked.tracker("init", "--hooks", "pre-commit", "--guard")
    halt(untracked)
    (finding,) = untracked.json("doctor", code=1)["findings"]
    assert "does not name agent-tracker-guard" in finding["what"]
    untracked.write(".pre-commit-config.yaml", f"{text}      - id: agent-tracker-guard\n")
    untracked.git("add", "-A")
    assert untracked.json("doctor")["findings"] == []
    assert HALTED in attempt(untracked, env=CLAUDE).said
    assert attempt(untracked).code == 0
    untracked.write(".env", "x")
    untracked.write("file", "x")
    untracked.git("add", "-A")
    done = attempt(untracked, env=OTHER)
    assert (done.code, "opencode may not commit environment files (.env)" in done.said) == (1, True)
    assert attempt(untracked, "file", env=OTHER).code == 0, "a commit of one path"
    garbage(ledger_of(untracked))
    untracked.git("rm", "-q", "--cached", ".env")
    assert attempt(untracked, env=CLAUDE).code == 0, "whatever goes wrong stops nobody"
    pre_commit(untracked, "uninstall", "-t", "pre-commit")
    found = [one["what"] for one in json.loads(untracked.run("doctor", "--json").stdout)["findings"]]
    assert any(
        "pre-commit is not installed for pre-commit, so agent-tracker-guard does not run" in one for one in found
    )


def test_a_wrong_setting_allows_no_environment_file(untracked: Repo) -> None:
    """An agent could write one."""
    untracked.tracker("init", "--guard")
    untracked.git("config", "agent-tracker.mode", "bogus")
    untracked.write(".env", "TOKEN=1\n")
    untracked.git("add", "--", ".env")
    assert attempt(untracked, "-a", env=CLAUDE).code == 1


def test_another_program_in_the_interpreter_s_place_refuses_nothing(untracked: Repo) -> None:
    untracked.tracker("init", "--guard")
    hook = untracked.path / ".git" / "hooks" / "pre-commit"
    wrapper = untracked.write("../wrapper", "#!/bin/sh\nexit 10\n")
    wrapper.chmod(0o755)
    text = hook.read_text(encoding="utf-8")
    hook.write_text(re.sub(r"^python=.*$", f"python={wrapper}", text, flags=re.MULTILINE), encoding="utf-8")
    assert attempt(untracked, env=CLAUDE) == Attempt(0, "")
