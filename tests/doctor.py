"""Findings of ``doctor``, and carrying out the fixes that it and ``init`` print."""

import json
import subprocess
from pathlib import Path

from tests.program import TRACKER, WITHOUT_OVERRIDE
from tests.shell import run_shell
from tests.support import Repo


def findings(repo: Repo) -> list[dict[str, str]]:
    """Return the findings of ``doctor``, each with ``what`` and ``mend``."""
    done = repo.run("doctor", "--json")
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["findings"]
    return found


def findings_without_override(repo: Repo) -> list[dict[str, str]]:
    """Return the findings of ``doctor`` for a user whom modes of files hold back, as they do not hold root."""
    words = [*WITHOUT_OVERRIDE, *TRACKER, "doctor", "--json"]
    done = subprocess.run(words, cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["findings"]
    return found


def apply_fixes(repo: Repo) -> None:
    """Run each command that ``doctor`` names and add the lines that it prints; nothing may be left to report."""
    found = findings(repo)
    assert found
    for command in dict.fromkeys(finding["mend"] for finding in found):
        add_printed_lines(run_shell(repo, command.split("  (")[0]))
    assert findings(repo) == []


def add_printed_lines(output: str) -> int:
    """Add the hook lines that ``init`` printed to the files that it named; return their number."""
    lines = printed_lines(output)
    for path, line in lines:
        if path.exists():
            first, _, rest = path.read_text().partition("\n")
            has_interpreter = first.startswith("#!")
            path.write_text(f"{first}\n{line}\n{rest}" if has_interpreter else f"{line}\n{first}\n{rest}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/sh\n{line}\n")
            path.chmod(0o755)
    return len(lines)


def printed_lines(output: str) -> list[tuple[Path, str]]:
    """Return the hook files that ``init`` named in its output, each with the line to add to it."""
    parts = [line.partition(": ") for line in output.splitlines()]
    return [(Path(path), line) for path, _, line in parts if path.startswith("/") and "agent-tracker/hooks/" in line]
