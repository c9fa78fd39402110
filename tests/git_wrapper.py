"""A program called ``git`` that does something of its own and then becomes the real git."""

import shutil
from collections.abc import Mapping
from pathlib import Path


def wrap_git(folder: Path, environment: Mapping[str, str], script: str) -> dict[str, str]:
    """Return an environment in which ``git`` is a shell script in a new folder: ``script``, then the real git.

    ``script`` finds the path of the real git in ``$real``.
    """
    real = shutil.which("git", path=environment["PATH"])
    assert real is not None
    folder.mkdir()
    wrapper = folder / "git"
    wrapper.write_text(f'#!/bin/sh\nreal="{real}"\n{script}\nexec "$real" "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return {**environment, "PATH": f"{folder}:{environment['PATH']}"}


def count_git(folder: Path, environment: Mapping[str, str]) -> tuple[dict[str, str], Path]:
    """Return an environment in which each git process adds its arguments as a line to a file, and that file."""
    calls = folder.with_suffix(".calls")
    return wrap_git(folder, environment, f'printf \'%s\\n\' "$*" >>"{calls}"'), calls
