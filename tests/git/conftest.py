import pytest

from tests.support import Repo


def make_unusual_history(repo: Repo) -> None:
    """Make commits with renames, binary files, modes, links, a merge, unusual paths and encodings, and no changes."""
    repo.commit("feat: first", file="a.txt", text="one\ntwo\nthree\nfour\nfive\n")
    repo.write("bin", bytes(range(256)) * 10)
    repo.write('odd "name\twith\nall.txt', "x\n")
    repo.write("ünï/日本.txt", "y")
    (repo.path / "link").symlink_to("a.txt")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: strange files\n\nSigned-off-by: A <a@x>\nCo-authored-by: B <b@x>")
    repo.git("mv", "a.txt", "b.txt")
    repo.write("b.txt", "one\ntwo\nthree\nfour\nfive\nsix\n")
    repo.git("commit", "-q", "-a", "-m", "refactor: rename")
    (repo.path / "bin").chmod(0o755)
    repo.git("commit", "-q", "-a", "-m", "chore: mode")
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: empty")
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
    repo.git("switch", "-q", "-c", "side", "HEAD~2")
    repo.commit("feat: side", file="side.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side")
    repo.git("rm", "-q", "bin")
    repo.git("commit", "-q", "-m", "chore: remove")
    repo.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "-", stdin=b"caf\xe9 \xfc")
    repo.git("commit", "-q", "--allow-empty", "-m", "x", env={"GIT_AUTHOR_NAME": "日本", "GIT_AUTHOR_DATE": "@5 -0930"})


@pytest.fixture
def unusual(untracked: Repo) -> Repo:
    """A repository with commits of every unusual kind."""
    make_unusual_history(untracked)
    return untracked
