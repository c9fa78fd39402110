"""Random histories: changed, moved, renamed and removed lines, merged branches, reverts."""

import random

from tests.support import Repo


def grow(repo: Repo, chance: random.Random, commits: int) -> None:
    """Add commits to the branch at hand: changed, moved, renamed and removed lines, merged branches, reverts."""
    for number in range(commits):
        files = sorted(repo.path.glob("*.txt"))
        kind = chance.choice(("change", "change", "move", "rename", "remove", "branch", "revert"))
        if kind == "rename" and files:
            chance.choice(files).rename(repo.path / f"renamed-{chance.random()}.txt")
        elif kind == "remove" and len(files) > 3:
            chance.choice(files).unlink()
        elif kind == "revert" and repo.git("rev-list", "--no-merges", "--max-count=3", "HEAD^", code=None).split():
            repo.git("revert", "--no-edit", "HEAD", code=None)
            repo.git("revert", "--abort", code=None)
            continue
        elif kind == "branch":
            branch(repo, chance)
            continue
        else:
            name = chance.choice(files).name if files and chance.random() < 0.7 else f"{chance.random()}.txt"
            path = repo.path / name
            lines = path.read_text().splitlines() if path.exists() else []
            place = chance.randrange(len(lines) + 1)
            if kind == "move" and len(lines) > 4:
                lines = lines[place:] + lines[:place]
            else:
                new = [f"a new line of text {chance.random()}" for _ in range(chance.randrange(1, 6))]
                lines[place : place + chance.randrange(3)] = new
            path.write_text("".join(f"{line}\n" for line in lines))
        repo.git("add", "-A")
        repo.git("commit", "-q", "--allow-empty", "-m", chance.choice(("feat: x", "fix: y", "docs: z")) + f" {number}")


def branch(repo: Repo, chance: random.Random) -> None:
    """Commit on a branch that begins somewhere before, and merge it if that is possible without a conflict."""
    back = chance.randrange(6)
    repo.git("branch", "-f", "side", f"HEAD~{back}", code=None)
    if not repo.git("branch", "--list", "side"):
        return
    repo.git("switch", "-q", "side")
    for number in range(chance.randrange(1, 3)):
        repo.write(f"side-{chance.random()}.txt", "".join(f"line {number} {chance.random()}\n" for _ in range(5)))
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "feat: on the side")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side", code=None)
    repo.git("merge", "--abort", code=None)
    repo.git("branch", "-q", "-D", "side")
