"""Read git's configuration (git-config(1)): agent-tracker's settings, the user's addresses, the object format."""

from pathlib import Path

from tracker.git import process


def settings(git_dir: Path) -> dict[str, str]:
    """Return the ``agent-tracker.*`` settings, keyed by lower-case name; the last value of each counts.

    Raises RepositoryError.
    """
    arguments = ["config", "-z", "--get-regexp", r"^agent-tracker\."]
    answer = process.run(git_dir, arguments, accept=(0, 1)).decode("utf-8", "replace")
    pairs = (item.partition("\n") for item in answer.split("\0") if item)
    return {name.split(".", 1)[1]: value for name, _, value in pairs}


def user_emails(git_dir: Path) -> set[str]:
    """Return every value of ``user.email``, in lower case. Raises RepositoryError."""
    answer = process.run(git_dir, ["config", "-z", "--get-all", "user.email"], accept=(0, 1))
    return {email.lower() for email in answer.decode("utf-8", "replace").split("\0") if email}


def object_format(git_dir: Path) -> str:
    """Return the hash function of object names: ``sha1`` or ``sha256``. Raises RepositoryError."""
    return process.run(git_dir, ["rev-parse", "--show-object-format"]).decode("ascii", "replace").split("\n")[0]
