"""Repositories whose one commit has some files."""

from collections.abc import Mapping

from tests.support import Repo
from tracker.model import Oid
from tracker.profile_records import ProfileRecord
from tracker.profiles.read_profile import read_profile


def commit_files(repo: Repo, files: Mapping[str, str | bytes], subject: str = "chore: files") -> Oid:
    """Commit files on the present branch, without touching the work tree's links; return the commit."""
    for name, content in files.items():
        repo.write(name, content)
    repo.git("add", "-A")
    repo.git("commit", "-q", "--allow-empty", "-m", subject)
    return Oid(repo.head())


def profile_of(repo: Repo, files: Mapping[str, str | bytes]) -> ProfileRecord:
    return read_profile(repo.path / ".git", commit_files(repo, files), 1)
