"""Refusals of commands, for the tests of all of them."""

from tests.support import Repo


def refused(repo: Repo, *arguments: str, code: int = 1, env: dict[str, str] | None = None) -> str:
    """Run a command that refuses, and return its sentence."""
    done = repo.run(*arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr
