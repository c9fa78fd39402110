"""Operations of real git on a repository, for the reflog entries that they leave behind."""

from typing import Final

from tests.support import Repo

MAIN: Final = "on-main.txt"
SIDE: Final = "on-side.txt"


def diverge(repo: Repo, *, side_file: str = SIDE, commits: int = 1) -> None:
    """Make ``main`` and ``side`` differ since one common commit, with ``main`` checked out."""
    repo.commit("feat: base", file="base.txt", text="base\n")
    repo.git("switch", "-q", "-c", "side")
    for number in range(commits):
        repo.commit(f"feat: side {number}", file=f"{number}-{side_file}" if number else side_file, text="side\n")
    repo.git("switch", "-q", "main")
    repo.commit("feat: main", file=MAIN, text="main\n")


def resolve(repo: Repo) -> None:
    repo.write(MAIN, "both\n")
    repo.git("add", MAIN)


def edit_todo(*commands: str) -> dict[str, str]:
    """Return the environment in which ``rebase -i`` uses these commands for its commits, in their order."""
    edits = " ".join(f"-e '{number}s/^pick/{command}/'" for number, command in enumerate(commands, start=1))
    return {"GIT_SEQUENCE_EDITOR": f"sed -i {edits}"}


def with_upstream(repo: Repo) -> Repo:
    """Push ``main`` to a new remote, and let somebody else push a commit to it."""
    repo.commit("feat: base")
    bare = repo.path.parent / "remote.git"
    repo.git("init", "-q", "--bare", "-b", "main", str(bare))
    repo.git("remote", "add", "origin", str(bare))
    repo.git("push", "-q", "-u", "origin", "main")
    other = Repo(bare, repo.environment).clone(repo.path.parent / "other")
    other.commit("feat: other", file="other.txt")
    other.git("push", "-q")
    repo.git("fetch", "-q")
    return other


def commits(repo: Repo) -> None:
    repo.commit("feat: one")
    repo.commit("feat: two")
    repo.git("commit", "-q", "--amend", "-m", "feat: three")
    repo.git("commit", "-q", "--allow-empty", "-m", "merge side: Merge made by the 'ort' strategy.")
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
    repo.git("commit", "-q", "--amend", "--allow-empty", "--allow-empty-message", "-m", "")


def moves_to_existing_commits(repo: Repo) -> None:
    diverge(repo)
    repo.git("checkout", "-q", "side")
    repo.git("switch", "-q", "--detach", "main")
    repo.git("checkout", "-q", "main")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("merge", "-q", "side")


def merges(repo: Repo) -> None:
    diverge(repo)
    repo.git("merge", "-q", "--no-edit", "side")
    repo.git("branch", "third", "HEAD~1")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("merge", "-q", "--squash", "side")
    repo.git("commit", "-q", "-m", "feat: squashed")


def octopus(repo: Repo) -> None:
    diverge(repo)
    repo.git("switch", "-q", "-c", "third", "HEAD~1")
    repo.commit("feat: third", file="third.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side", "third")


def concluded_merge(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    repo.git("merge", "-q", "side", code=1)
    resolve(repo)
    repo.git("commit", "-q", "--no-edit")


def cherry_picks(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("cherry-pick", "side~1", "side")
    repo.git("switch", "-q", "-c", "again", "side~1")
    repo.git("cherry-pick", "--ff", "side")


def concluded_cherry_picks(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    for conclusion in (["commit", "-q", "--no-edit"], ["cherry-pick", "--continue"]):
        repo.git("cherry-pick", "side", code=1)
        resolve(repo)
        repo.git(*conclusion)
        repo.git("reset", "-q", "--hard", "HEAD~1")


def reverts(repo: Repo) -> None:
    repo.commit("feat: one", file=MAIN, text="one\n")
    repo.commit("feat: two", file=MAIN, text="two\n")
    repo.git("revert", "--no-edit", "HEAD")


def concluded_reverts(repo: Repo) -> None:
    for number in range(3):
        repo.commit("feat: change", file=MAIN, text=f"{number}\n")
    repo.git("revert", "--no-edit", "HEAD~1", code=1)
    resolve(repo)
    repo.git("commit", "-q", "--no-edit")


def interactive_rebase(repo: Repo) -> None:
    diverge(repo, commits=6)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "main", env=edit_todo("pick", "squash", "fixup", "reword", "edit", "fixup"))
    repo.git("commit", "-q", "--amend", "-m", "feat: edited")
    repo.git("rebase", "--continue")


def rebase_on_its_own_base(repo: Repo) -> None:
    diverge(repo, commits=3)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "HEAD~3", env=edit_todo("reword", "pick", "fixup"))


def fixup_with_message(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "main", env=edit_todo("pick", "fixup -C"))


def plain_rebase(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("rebase", "-q", "main", "side")


def rebase_by_applying(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("rebase", "-q", "--apply", "main", "side")


def concluded_rebase(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    repo.git("rebase", "-q", "main", "side", code=1)
    resolve(repo)
    repo.git("rebase", "--continue")


def aborted_rebase(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    repo.git("rebase", "-q", "main", "side", code=1)
    repo.git("rebase", "--abort")


def rebase_with_merges(repo: Repo) -> None:
    diverge(repo)
    repo.git("switch", "-q", "-c", "topic", "side~1")
    repo.commit("feat: topic", file="topic.txt")
    repo.git("switch", "-q", "side")
    repo.git("merge", "-q", "--no-edit", "topic")
    repo.git("rebase", "-q", "--rebase-merges", "main")


def mailed_patches(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("am", "-q", stdin=repo.git("format-patch", "--stdout", "main..side"))


def pulled_fast_forward(repo: Repo) -> None:
    with_upstream(repo)
    repo.git("pull", "-q", "--ff-only")


def pulled_merge(repo: Repo) -> None:
    with_upstream(repo)
    repo.commit("feat: own")
    repo.git("pull", "-q", "--no-rebase", "--no-edit")


def pulled_rebase(repo: Repo) -> None:
    with_upstream(repo)
    repo.commit("feat: own")
    repo.git("pull", "-q", "--rebase", "origin", "main")


def rebase_of_a_detached_head(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("switch", "-q", "--detach", "side")
    repo.git("rebase", "-q", "main")


def rebase_that_was_quit(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "main", env=edit_todo("pick", "edit"))
    repo.git("rebase", "--quit")
    repo.git("switch", "-q", "main")


def split_during_a_rebase(repo: Repo) -> None:
    diverge(repo)
    repo.git("switch", "-q", "side")
    repo.write("other-half.txt", "other half\n")
    repo.git("add", "other-half.txt")
    repo.git("commit", "-q", "--amend", "--no-edit")
    repo.git("rebase", "-q", "-i", "main", env=edit_todo("edit"))
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "-m", "feat: half", "--", SIDE)
    repo.git("commit", "-q", "-m", "feat: other half")
    repo.git("rebase", "--continue")


def rebase_with_exec(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "--exec", "git commit -q --amend --allow-empty --no-edit --signoff", "main")


def squash_by_reset(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("switch", "-q", "side")
    repo.git("reset", "-q", "--soft", "HEAD~2")
    repo.git("commit", "-q", "-m", "feat: all of it")
