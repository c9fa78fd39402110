"""Beside other programs' hooks, each the real one: both run, nothing of theirs is lost, and uninstall gives it back.

Two kinds: programs that write into ``.git/hooks``, where our hook is put in front of theirs, and settings that send git
to a folder which is not ours to write, where the line that ``init`` prints is added.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from filelock import FileLock

from tests.support import Repo, sized

EVENTS: Final = ("post-commit", "post-merge", "post-rewrite", "post-checkout")
AGENT: Final = {"CLAUDECODE": "1"}
BIN: Final = str(Path(sys.executable).parent)
NPM_PACKAGES: Final = ("husky@9", "lefthook@2")
UNSEALED: Final = dict(os.environ)
"""npm needs the machine's own settings to find its registry."""


@pytest.fixture(scope="session")
def node_modules(shared: Path) -> Path:
    """husky and lefthook, from npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm and node are not installed")
    place = shared / "npm"
    with FileLock(shared / "npm.lock"):
        if not (place / "done").exists():
            _install_from_npm(place)
    return place / "node_modules"


def _install_from_npm(place: Path) -> None:
    place.mkdir(exist_ok=True)
    # Without their scripts: lefthook's would install its hooks into the repository that npm was started in.
    words = ["npm", "install", "--prefix", str(place), "--ignore-scripts", "--no-audit", "--no-fund", *NPM_PACKAGES]
    done = subprocess.run(words, cwd=place, env=UNSEALED, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm could not install husky and lefthook: {done.stderr[-300:]}")
    (place / "done").touch()


@pytest.fixture
def seen(untracked: Repo, tmp_path: Path) -> Path:
    """The file, outside the repository, in which other programs' hooks note that they ran."""
    place = tmp_path / "seen"
    place.write_text("")
    untracked.environment |= {"SEEN": str(place), "PATH": f"{BIN}:{untracked.environment['PATH']}"}
    return place


def noting(event: str) -> str:
    """A shell command that notes its arguments and, for post-rewrite, its standard input."""
    return f'{{ echo "{event} $*"; {"cat" if event == "post-rewrite" else ":"}; }} >>"$SEEN"'


def shell(repo: Repo, command: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=cwd or repo.path,
        env=repo.environment | dict(env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def findings(repo: Repo) -> list[dict[str, str]]:
    done = repo.run("doctor", "--json")
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["findings"]
    return found


def mend(repo: Repo) -> None:
    """Run what doctor says; it must say something, and afterwards be content."""
    found = findings(repo)
    assert found
    for command in dict.fromkeys(one["mend"] for one in found):
        said = shell(repo, command.split("  (")[0])
        add_lines(said)
    assert findings(repo) == []


def add_lines(said: str) -> int:
    """Add exactly the lines that ``init`` printed, where it says; how many."""
    added = 0
    for line in said.splitlines():
        path, colon, text = line.partition(": ")
        if not colon or "agent-tracker/hooks/" not in text or not Path(path).is_absolute():
            continue
        file = Path(path)
        if file.exists():
            first, _, rest = file.read_text().partition("\n")
            begins = first.startswith("#!")
            file.write_text(f"{first}\n{text}\n{rest}" if begins else f"{text}\n{first}\n{rest}")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"#!/bin/sh\n{text}\n")
            file.chmod(0o755)
        added += 1
    return added


def snapshot(repo: Repo, *others: Path) -> dict[str, tuple[str, str]]:
    """Every file of the work tree, the hooks and the configuration: its mode, and its content or where it links to."""
    found: dict[str, tuple[str, str]] = {}
    git_dir = repo.path / ".git"
    for root in (repo.path, *others):
        for path in sorted(root.rglob("*")):
            inside = path.is_relative_to(git_dir)
            if inside and not path.is_relative_to(git_dir / "hooks") and path != git_dir / "config":
                continue
            if "node_modules" in path.parts:
                continue
            name = f"{root.name}/{path.relative_to(root)}"
            if path.is_symlink():
                content = f"-> {path.readlink()}"
            else:
                content = "folder" if path.is_dir() else sha256(path.read_bytes()).hexdigest()
            found[name] = (stat.filemode(path.lstat().st_mode), content)
    return found


def work(repo: Repo) -> tuple[list[str], list[tuple[str, str]]]:
    """One of each: commits, an amend, a checkout, a rebase, a merge; new commits and rewritten pairs."""
    repo.commit("feat: base", file="base.txt", env=AGENT)
    old = repo.commit("feat: one", file="one.txt", env=AGENT)
    repo.git("commit", "-q", "--amend", "-m", "feat: one, better", env=AGENT)
    pairs = [(old, repo.head())]
    repo.git("switch", "-q", "-c", "topic", "HEAD~1")
    picked = [repo.commit(f"feat: topic {number}", file=f"topic-{number}.txt", env=AGENT) for number in range(2)]
    repo.git("rebase", "-q", "main", env=AGENT)
    pairs += zip(picked, [repo.head("HEAD~1"), repo.head()], strict=True)
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic", env=AGENT)
    return repo.reachable(), pairs


def assert_ours_ran(repo: Repo, pairs: Sequence[tuple[str, str]]) -> None:
    repo.settle()
    lines = {line["oid"]: line for line in repo.assert_recorded()}
    by = {line["subject"]: (line["learnt"], line["agent"]) for line in lines.values()}
    assert by["feat: base"] == by["feat: one, better"] == ("post-commit", "claude-code")
    assert by["Merge branch 'topic'"] == ("post-merge", "claude-code")
    links = [(line["oid"], link["oid"]) for line in repo.log("--all") for link in line["replaced_by"]]
    assert sorted(links) == sorted(pairs)


def assert_theirs_ran(seen: Path, pairs: Sequence[tuple[str, str]], *, passes_on: bool = True) -> None:
    text = seen.read_text()
    counted = {event: len(re.findall(rf"^{event}\b", text, re.MULTILINE)) for event in EVENTS}
    # base, one, its amend, two of the topic, and the two that the rebase picks; switches, and the start of the rebase.
    assert counted == {"post-commit": 7, "post-merge": 1, "post-rewrite": 2, "post-checkout": 3}
    if passes_on:
        assert re.search(r"^post-checkout [0-9a-f]{40} [0-9a-f]{40} 1$", text, re.MULTILINE)
        assert re.search(r"^post-merge 0$", text, re.MULTILINE)
        assert "post-rewrite amend\n" in text
        assert "post-rewrite rebase\n" in text
        assert re.findall(r"^([0-9a-f]{40}) ([0-9a-f]{40})", text, re.MULTILINE) == pairs


# -- programs that write into .git/hooks ---------------------------------------------------------------------------


class Program(NamedTuple):
    """A hook manager: what configures it, what installs it, and what installs it again over anything.

    ``passes_on``: whether it hands its hooks the arguments and the input that git gave it.
    """

    name: str
    configure: Callable[[Repo], object]
    install: str
    reinstall: str
    passes_on: bool = True


def by_hand(repo: Repo) -> None:
    repo.write(
        ".hand/install",
        "#!/bin/sh\nfor event in post-commit post-merge post-rewrite post-checkout; do\n"
        '\trm -f ".git/hooks/$event"\n'
        '\t{ echo "#!/bin/sh"; echo "echo \\"$event \\$*\\" >>\\"\\$SEEN\\"";'
        ' [ $event != post-rewrite ] || echo "cat >>\\"\\$SEEN\\""; echo exit 0; } >".git/hooks/$event"\n'
        '\tchmod 755 ".git/hooks/$event"\ndone\n',
    ).chmod(0o755)


def configure_lefthook(repo: Repo) -> None:
    text = "output: false\n"
    for event in EVENTS:
        text += (
            f"{event}:\n  commands:\n    note:\n      use_stdin: {str(event == 'post-rewrite').lower()}\n"
            f"      run: |-\n        {noting(event).replace('$*', '{0}')}\n"
        )
    repo.write("lefthook.yml", text)


def configure_pre_commit(repo: Repo) -> None:
    repo.environment |= {"PRE_COMMIT_HOME": str(repo.path.parent / "pre-commit")}
    text = f"default_install_hook_types: [{', '.join(EVENTS)}]\nrepos:\n  - repo: local\n    hooks:\n"
    for event in EVENTS:
        text += (
            f"      - id: {event}\n        name: {event}\n        language: system\n        always_run: true\n"
            f"        pass_filenames: false\n        stages: [{event}]\n"
            f"        entry: sh -c "
            '"'
            f"echo {event} >>$SEEN"
            '"\n'
        )
    repo.write(".pre-commit-config.yaml", text)


PROGRAMS: Final = {
    "by hand": Program("by hand", by_hand, ".hand/install", ".hand/install"),
    "lefthook": Program("lefthook", configure_lefthook, "lefthook install", "lefthook install --force"),
    "pre-commit": Program(
        "pre-commit",
        configure_pre_commit,
        f"{sys.executable} -m pre_commit install",
        f"{sys.executable} -m pre_commit install --overwrite",
        passes_on=False,
    ),
}


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest, untracked: Repo, seen: Path) -> Program:
    chosen = PROGRAMS[request.param]
    if chosen.name == "lefthook":
        modules: Path = request.getfixturevalue("node_modules")
        untracked.environment["PATH"] = f"{modules / '.bin'}:{untracked.environment['PATH']}"
    chosen.configure(untracked)
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    seen.write_text("")
    return chosen


def begin_after(repo: Repo, program: Program, first: str) -> None:
    """Both installed, in either order, and whatever doctor then says done."""
    if first == "agent-tracker":
        repo.tracker("init")
        shell(repo, program.install)
        if findings(repo):
            mend(repo)
    else:
        shell(repo, program.install)
        repo.tracker("init")
    assert findings(repo) == []


@pytest.mark.parametrize("first", ["agent-tracker", "the program"])
def test_both_run_in_either_order(untracked: Repo, program: Program, seen: Path, first: str) -> None:
    begin_after(untracked, program, first)
    untracked.tracker("backfill")
    _, pairs = work(untracked)
    assert_ours_ran(untracked, pairs)
    assert_theirs_ran(seen, pairs, passes_on=program.passes_on)


@pytest.mark.parametrize("first", ["the program", "agent-tracker"][: sized(2, 1)])
def test_installing_the_program_again_is_noticed_and_mended(
    untracked: Repo, program: Program, seen: Path, first: str
) -> None:
    begin_after(untracked, program, first)
    untracked.tracker("backfill")
    for _ in range(2):
        shell(untracked, program.reinstall)
        assert any("does not run agent-tracker" in one["what"] for one in findings(untracked))
        mend(untracked)
    _, pairs = work(untracked)
    assert_ours_ran(untracked, pairs)
    assert_theirs_ran(seen, pairs, passes_on=program.passes_on)


STEPS: Final = ("pii", "ip", "pipi", "pirpi", "irip", "pi", "ipi", "pip", "ippi")


@pytest.mark.parametrize("steps", STEPS[: sized(9, 5)])
def test_uninstall_leaves_what_the_program_alone_would(
    untracked: Repo, program: Program, tmp_path: Path, steps: str
) -> None:
    """``i``: init, ``p``: the program's install, ``r``: its reinstall; without any ``i`` the files are the same."""
    shutil.copytree(untracked.path, tmp_path / "alone" / untracked.path.name, symlinks=True)
    alone = untracked.at(tmp_path / "alone" / untracked.path.name)
    commands = {"i": "agent-tracker init", "p": program.install, "r": program.reinstall}
    for step in steps:
        shell(untracked, commands[step])
        if step != "i":
            shell(alone, commands[step])
    untracked.commit("feat: one", file="one.txt")
    alone.commit("feat: one", file="one.txt", text=(untracked.path / "one.txt").read_text())
    untracked.tracker("uninstall")
    assert snapshot(untracked) == snapshot(alone)


@pytest.mark.parametrize("first", ["agent-tracker", "the program"])
def test_unstaged_changes_survive_pre_commit_beside_ours(untracked: Repo, seen: Path, first: str) -> None:
    """pre-commit puts unstaged changes away while it runs; what we do in that time must not meet them."""
    program = PROGRAMS["pre-commit"]
    program.configure(untracked)
    untracked.write("a.txt", "one\n")
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    begin_after(untracked, program, first)
    untracked.write("a.txt", "one\nunstaged\n")
    untracked.write("b.txt", "not in git\n")
    untracked.commit("feat: one", file="c.txt", env=AGENT)
    untracked.git("commit", "-q", "--amend", "-m", "feat: one, better", env=AGENT)
    untracked.settle()
    assert (untracked.path / "a.txt").read_text() == "one\nunstaged\n"
    assert (untracked.path / "b.txt").read_text() == "not in git\n"
    assert untracked.git("status", "--porcelain") == " M a.txt\n?? b.txt\n"
    assert [(line["subject"], line["learnt"]) for line in untracked.log()] == [("feat: one, better", "post-commit")]
    assert "post-rewrite" in seen.read_text()


def test_ours_behind_pre_commit_is_looked_at_too(untracked: Repo, seen: Path) -> None:
    untracked.tracker("init")
    configure_pre_commit(untracked)
    untracked.git("add", "-A")
    shell(untracked, PROGRAMS["pre-commit"].install)
    assert findings(untracked) == []
    stub = untracked.path / ".git" / "hooks" / "post-commit.legacy"
    stub.write_text(stub.read_text().replace("\npython=", "\npython=/nowhere"))
    (finding,) = findings(untracked)
    assert "starts a Python that is gone" in finding["what"]
    mend(untracked)
    untracked.commit("feat: one", file="one.txt")
    untracked.settle()
    assert [line["learnt"] for line in untracked.log()] == ["post-commit"]


def test_a_hook_that_cannot_be_read_is_never_taken_for_another(untracked: Repo, seen: Path) -> None:
    hooks = untracked.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "post-commit").symlink_to("/nowhere/one")
    untracked.tracker("init")
    (hooks / "post-commit").unlink()
    (hooks / "post-commit").symlink_to("/nowhere/two")
    assert "put one of the two away" in untracked.run("init").stderr
    untracked.tracker("uninstall")
    assert (hooks / "post-commit").readlink() == Path("/nowhere/two")
    assert (hooks / "post-commit.agent-tracker-kept").readlink() == Path("/nowhere/one")


# -- git-lfs -------------------------------------------------------------------------------------------------------


@pytest.fixture
def lfs(untracked: Repo, seen: Path) -> Repo:
    if shutil.which("git-lfs") is None:
        pytest.skip("git-lfs is not installed")
    return untracked


def lfs_ran(repo: Repo, trace: Path) -> set[str]:
    """The events at which git-lfs was started, as git traces it."""
    return set(re.findall(r"\bgit-lfs (post-[a-z]+)", trace.read_text()))


@pytest.mark.parametrize("first", ["agent-tracker", "git-lfs"])
def test_git_lfs(lfs: Repo, tmp_path: Path, first: str) -> None:
    if first == "agent-tracker":
        lfs.tracker("init")
        # It refuses to touch hooks that it does not know, and names this command.
        assert "git lfs update --force" in shell(lfs, "git lfs install --local 2>&1 || true")
        shell(lfs, "git lfs update --force")
        assert {one["mend"] for one in findings(lfs)} == {"agent-tracker init"}
        mend(lfs)
    else:
        shell(lfs, "git lfs install --local")
        lfs.tracker("init")
    for _ in range(2):
        shell(lfs, "git lfs update --force")
        mend(lfs)
    trace = tmp_path / "trace"
    lfs.environment["GIT_TRACE"] = str(trace)
    shell(lfs, "git lfs track '*.bin'")
    lfs.write("a.bin", b"\0" * 5000)
    lfs.git("add", "-A")
    _, pairs = work(lfs)
    assert lfs_ran(lfs, trace) == {"post-commit", "post-merge", "post-checkout"}
    assert lfs.git("cat-file", "-p", "HEAD:a.bin").startswith("version https://git-lfs")
    assert_ours_ran(lfs, pairs)


@pytest.mark.parametrize("steps", ["pi", "ir", "iri", "piri"])
def test_uninstall_leaves_what_git_lfs_alone_would(lfs: Repo, tmp_path: Path, steps: str) -> None:
    shell(lfs, "git lfs install --local --skip-repo")  # its settings, which it writes in no certain order
    shutil.copytree(lfs.path, tmp_path / "alone" / lfs.path.name, symlinks=True)
    alone = lfs.at(tmp_path / "alone" / lfs.path.name)
    commands = {"i": "agent-tracker init", "p": "git lfs install --local", "r": "git lfs update --force"}
    for step in steps:
        shell(lfs, commands[step])
        if step != "i":
            shell(alone, commands[step])
    lfs.tracker("uninstall")
    assert snapshot(lfs) == snapshot(alone)


# -- hooks of one's own, in any language ---------------------------------------------------------------------------

LANGUAGES: Final = {
    "ends in exec": '#!/bin/sh\necho "post-commit $*" >>"$SEEN"\nexec true\n',
    "ends in exit 0": '#!/bin/sh\necho "post-commit $*" >>"$SEEN"\nexit 0\n',
    "fails": '#!/bin/sh\necho "post-commit $*" >>"$SEEN"\nexit 9\n',
    "python": f"#!{sys.executable}\nimport os\nopen(os.environ['SEEN'], 'a').write('post-commit \\n')\n",
    "perl": "#!/usr/bin/env perl\nopen(my $f, '>>', $ENV{SEEN}); print $f \"post-commit \\n\"; close $f;\n",
    "ends without a line break": '#!/bin/sh\necho "post-commit $*" >>"$SEEN"',
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hook_of_any_language(untracked: Repo, seen: Path, language: str) -> None:
    hook = untracked.write(".git/hooks/post-commit", LANGUAGES[language])
    hook.chmod(0o744)
    before = snapshot(untracked)
    untracked.tracker("init")
    untracked.git("commit", "-q", "--allow-empty", "-m", "feat: one", env=AGENT)
    assert seen.read_text() == "post-commit \n"
    untracked.settle()
    assert [line["learnt"] for line in untracked.assert_recorded()] == ["post-commit"]
    untracked.tracker("uninstall")
    assert snapshot(untracked) == before


def test_the_exit_code_of_a_checkout_is_the_kept_hook_s(untracked: Repo, seen: Path) -> None:
    untracked.commit("feat: zero")
    untracked.write(".git/hooks/post-checkout", "#!/bin/sh\nexit 5\n").chmod(0o755)
    untracked.tracker("init")
    untracked.git("worktree", "add", "-q", "--detach", str(untracked.path.parent / "linked"), code=5)


def test_a_hook_of_one_s_own_and_a_program_that_overwrites_ours(untracked: Repo, seen: Path) -> None:
    """Neither is given up unasked: doctor says how to put one of the two away, and that works."""
    untracked.write(".git/hooks/post-commit", f"#!/bin/sh\n{noting('mine')}\n").chmod(0o755)
    untracked.tracker("init")
    untracked.write(".git/hooks/post-commit", f"#!/bin/sh\n{noting('post-commit')}\n").chmod(0o755)
    assert "put one of the two away" in untracked.run("init").stderr
    mend(untracked)
    untracked.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    assert seen.read_text() == "post-commit \n"
    untracked.tracker("uninstall")
    assert (untracked.path / ".git" / "hooks" / "post-commit.before").read_text() == f"#!/bin/sh\n{noting('mine')}\n"


# -- folders that are not ours to write ----------------------------------------------------------------------------

THEIRS: Final = {
    "post-commit": f"#!/bin/sh\n{noting('post-commit')}\nexec true\n",
    "post-merge": f"#!/bin/sh\n{noting('post-merge')}\nexit 0\n",
    "post-rewrite": f"#!/bin/sh\n{noting('post-rewrite')}\n",
    "post-checkout": f"#!/bin/sh\n{noting('post-checkout')}\n",
}


def make_hooks(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for event, text in THEIRS.items():
        (folder / event).write_text(text)
        (folder / event).chmod(0o755)
    return folder


@pytest.fixture(params=["tracked", "elsewhere", "global", "linked"])
def elsewhere(request: pytest.FixtureRequest, untracked: Repo, seen: Path, tmp_path: Path) -> Path:
    """A hooks folder that is not the repository's own, and git sent there in one of four ways."""
    if request.param == "tracked":
        folder = make_hooks(untracked.path / ".githooks")
        untracked.git("config", "core.hooksPath", ".githooks")
        untracked.git("add", "-A")
        untracked.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-m", "build: hooks")
    elif request.param == "linked":
        folder = make_hooks(tmp_path / "hooks")
        shutil.rmtree(untracked.path / ".git" / "hooks", ignore_errors=True)
        (untracked.path / ".git" / "hooks").symlink_to(folder)
    else:
        folder = make_hooks(tmp_path / "hooks")
        scope = ["--global"] if request.param == "global" else []
        untracked.git("config", *scope, "core.hooksPath", str(folder))
    return folder


def test_the_printed_lines_work_and_nothing_else_is_written(untracked: Repo, elsewhere: Path, seen: Path) -> None:
    settings = Path(untracked.environment["GIT_CONFIG_GLOBAL"])
    before = snapshot(untracked, elsewhere), settings.read_bytes()
    said = untracked.tracker("init")
    assert {name: one for name, one in snapshot(untracked, elsewhere).items() if ".agent" not in name} == before[0]
    assert settings.read_bytes() == before[1]
    assert {one["mend"].split("  ")[0] for one in findings(untracked)} == {"agent-tracker init"}
    assert add_lines(said) == 5
    assert findings(untracked) == []
    assert not add_lines(untracked.tracker("init")), "nothing is left to add"
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "--allow-empty", "-m", "build: agent-tracker")
    untracked.tracker("backfill")
    seen.write_text("")
    _, pairs = work(untracked)
    assert_ours_ran(untracked, pairs)
    assert_theirs_ran(seen, pairs)


def test_lines_outlive_uninstall_without_effect(untracked: Repo, elsewhere: Path, seen: Path) -> None:
    add_lines(untracked.tracker("init"))
    said = untracked.tracker("uninstall")
    assert said.count("does nothing any more: take it out") == 5
    before = snapshot(untracked, elsewhere)
    done = subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "feat: one"],
        cwd=untracked.path, env=untracked.environment, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr == b""
    assert seen.read_text().count("post-commit") == 1
    assert snapshot(untracked, elsewhere) == before


def test_a_global_folder_serves_every_repository_that_is_tracked(untracked: Repo, seen: Path, tmp_path: Path) -> None:
    folder = make_hooks(tmp_path / "hooks")
    untracked.git("config", "--global", "core.hooksPath", str(folder))
    add_lines(untracked.tracker("init"))
    other = Repo.make(tmp_path / "other", untracked.environment)
    stranger = Repo.make(tmp_path / "stranger", untracked.environment)
    assert not add_lines(other.tracker("init"))
    for repo in (other, stranger):
        repo.commit("feat: one", env=AGENT)
    other.settle()
    assert [line["learnt"] for line in other.assert_recorded()] == ["post-commit"]
    assert not stranger.folder.exists()
    shutil.rmtree(untracked.path)
    other.commit("feat: two", env=AGENT)
    other.settle()
    assert [line["learnt"] for line in other.assert_recorded()] == ["post-commit", "post-commit"]


def test_a_hooks_path_that_is_set_later_shadows_ours(repo: Repo, tmp_path: Path) -> None:
    repo.environment["PATH"] = f"{BIN}:{repo.environment['PATH']}"
    repo.git("config", "--global", "core.hooksPath", str(tmp_path / "hooks"))
    (finding,) = findings(repo)
    assert "global, " in finding["what"]
    assert str(tmp_path / "hooks") in finding["what"]
    mend(repo)
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    assert [line["learnt"] for line in repo.assert_recorded()] == ["post-commit"]
    repo.tracker("uninstall")
    left = {path.name for path in (repo.path / ".git" / "hooks").iterdir() if path.suffix != ".sample"}
    assert left == set(), "ours are taken out of .git/hooks although git looks elsewhere"


# -- husky ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def husky(untracked: Repo, seen: Path, node_modules: Path) -> Repo:
    """A repository with husky in its package.json, as ``npm install`` leaves it but for its ``prepare`` script."""
    untracked.write("package.json", '{"name": "x", "private": true, "scripts": {"prepare": "husky"}}\n')
    untracked.write(".gitignore", "node_modules\n")
    for event in EVENTS:
        untracked.write(f".husky/{event}", f"{noting(event)}\n")
    untracked.git("add", "-A")
    untracked.git("commit", "-q", "-m", "build: hooks")
    (untracked.path / "node_modules").symlink_to(node_modules)
    return untracked


PREPARE: Final = "npm run --silent prepare"


@pytest.mark.parametrize("first", ["agent-tracker", "husky"])
def test_husky(husky: Repo, seen: Path, first: str) -> None:
    if first == "agent-tracker":
        husky.tracker("init")
        shell(husky, PREPARE)
        assert all("core.hooksPath" in one["what"] or ".husky/_" in one["what"] for one in findings(husky))
        mend(husky)
    else:
        shell(husky, PREPARE)
        before = snapshot(husky)
        said = husky.tracker("init")
        assert {name: one for name, one in snapshot(husky).items() if ".agent" not in name} == before
        assert add_lines(said) == 5
    shell(husky, PREPARE)
    assert findings(husky) == [], "its install leaves the line where it is"
    husky.git("add", "-A")
    husky.git("commit", "-q", "-m", "build: agent-tracker")
    husky.tracker("backfill")
    seen.write_text("")
    _, pairs = work(husky)
    assert_ours_ran(husky, pairs)
    assert_theirs_ran(seen, pairs)


def test_husky_gone_from_a_linked_work_tree_is_noticed(husky: Repo, seen: Path, tmp_path: Path) -> None:
    """Its folder ``_`` is ignored by git, so a new work tree has none, and git runs no hook there and says nothing."""
    shell(husky, PREPARE)
    add_lines(husky.tracker("init"))
    husky.git("add", "-A")
    husky.git("commit", "-q", "-m", "build: agent-tracker")
    husky.settle()
    husky.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked dir"))
    linked = husky.at(tmp_path / "linked dir")
    linked.commit("feat: unseen", env=AGENT)
    linked.tracker("sync")
    assert [line["learnt"] for line in linked.log() if line["subject"] == "feat: unseen"] == ["reconcile"]
    for seen_from in (husky, linked):
        (finding,) = findings(seen_from)
        assert f"from {linked.path} git looks for hooks in" in finding["what"]
    (linked.path / "node_modules").symlink_to(husky.path / "node_modules")
    mend(husky)
    linked.commit("feat: seen", env=AGENT)
    linked.settle()
    assert [line["learnt"] for line in linked.log() if line["subject"] == "feat: seen"] == ["post-commit"]


def test_uninstall_beside_husky(husky: Repo) -> None:
    shell(husky, PREPARE)
    before = snapshot(husky)
    husky.tracker("init")
    husky.tracker("uninstall")
    assert snapshot(husky) == before


# -- lefthook by its own configuration, pre-commit with a configuration that is not staged ---------------------------


def test_a_job_in_lefthook_s_configuration(untracked: Repo, seen: Path, node_modules: Path) -> None:
    """What docs/hook-managers.md gives to write: it outlives whatever lefthook does to its hooks."""
    text = (Path(__file__).parents[2] / "docs" / "hook-managers.md").read_text(encoding="utf-8")
    untracked.environment["PATH"] = f"{node_modules / '.bin'}:{untracked.environment['PATH']}"
    untracked.write("lefthook.yml", "output: false\n" + text.split("```yaml\n# lefthook.yml\n")[1].split("```")[0])
    untracked.tracker("init")
    shell(untracked, "lefthook install --force")
    assert findings(untracked) == []
    _, pairs = work(untracked)
    assert_ours_ran(untracked, pairs)
    (untracked.folder / "hooks" / "post-commit").unlink()
    mend(untracked)
    shell(untracked, "agent-tracker uninstall")
    done = subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "feat: afterwards"],
        cwd=untracked.path, env=untracked.environment, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr == b""


# -- hooks that git's configuration names (2.54) ---------------------------------------------------------------------


def git_version(repo: Repo) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)", repo.git("version"))
    assert found
    return tuple(map(int, found.groups()))


@pytest.fixture
def configured(untracked: Repo, seen: Path) -> Repo:
    if git_version(untracked) < (2, 54):
        pytest.skip("this git runs no hooks that its configuration names")
    return untracked


def test_hooks_in_git_s_configuration(configured: Repo, seen: Path, tmp_path: Path) -> None:
    folder = make_hooks(tmp_path / "hooks")
    configured.git("config", "--global", "core.hooksPath", str(folder))
    before = snapshot(configured, folder)
    assert "init --hooks config" in configured.tracker("init")
    configured.tracker("init", "--hooks", "config")
    assert findings(configured) == []
    _, pairs = work(configured)
    assert_ours_ran(configured, pairs)
    assert_theirs_ran(seen, pairs)
    configured.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = configured.at(tmp_path / "linked")
    linked.commit("feat: in the linked one", env=AGENT)
    linked.settle()
    assert linked.log("-n", "1")[0]["learnt"] == "post-commit"
    configured.git("worktree", "remove", "--force", str(linked.path))
    configured.git("reset", "-q", "--hard", configured.git("rev-list", "--max-parents=0", "HEAD").strip())
    configured.tracker("uninstall")
    after = snapshot(configured, folder)
    assert {name: one for name, one in after.items() if "base.txt" not in name} == before


def test_an_older_git_is_told_so(untracked: Repo) -> None:
    if git_version(untracked) >= (2, 54):
        pytest.skip("this git runs hooks that its configuration names")
    done = untracked.run("init", "--hooks", "config")
    assert done.returncode == 2
    assert "need git 2.54 or later" in done.stderr
    assert ".agent-tracker" not in untracked.git("config", "--list")
