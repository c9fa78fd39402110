"""Programs put in the place of the Python interpreter that our hooks start."""

import re
import sys
from pathlib import Path

from tests.support import Repo


def replace_interpreter(repo: Repo, text: str, *events: str) -> None:
    """Let our hooks start a shell script instead of Python: those of ``events``, else those that record."""
    program = repo.path.parent / "interpreter"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    for script in [repo.scripts / event for event in events] or repo.scripts.glob("post-*"):
        script.write_text(re.sub(r"(?m)^python=.*", f"python={program}", script.read_text()))


def note_starts(repo: Repo, *events: str) -> Path:
    """Let each start of Python by our hooks be noted in a file, as a line with its arguments; return the file."""
    starts = repo.path.parent / "starts"
    starts.write_text("")
    replace_interpreter(repo, f"echo \"$*\" >>'{starts}'\nexec '{sys.executable}' \"$@\"", *events)
    return starts


def hold_recorders(repo: Repo) -> Path:
    """Let each recorder that our hooks start wait until the returned file exists."""
    gate = repo.path.parent / "gate"
    replace_interpreter(repo, f"while [ ! -e '{gate}' ]; do sleep 0.1; done\nexec '{sys.executable}' \"$@\"")
    return gate


def run_before_program(repo: Repo, statement: str, *events: str) -> None:
    """Let our hooks execute a Python statement, without quotation marks, in the process before the program starts."""
    code = f"import sys; from tracker import __main__; {statement}; sys.exit(__main__.main())"
    # The first three arguments are "-I -m tracker".
    replace_interpreter(repo, f"shift 3\nexec '{sys.executable}' -I -c '{code}' \"$@\"", *events)
