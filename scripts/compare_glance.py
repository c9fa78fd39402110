"""Compare ``glance`` with a backfill on real repositories: ``python scripts/compare_glance.py REPOSITORY...``.

Each repository (a path or an address) is cloned into a temporary folder, twice: as ``git clone`` does, and with all its
refs. ``glance`` must say of each clone what ``log --summary`` says after ``init`` and ``backfill``. Prints a line for
each clone, with the differing rows; the exit code is 1 when any differ.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parents[1]))

from tests.sealed_environment import sealed_home

_FIELDS: Final = ("agent", "kind", "model", "commits", "share", "first", "last")
_FORMS: Final = {"clone": ("--shared", "--no-checkout"), "mirror": ("--shared", "--mirror")}


def main(sources: Sequence[str]) -> int:
    """Compare on each repository; return the exit code."""
    different = 0
    for source in sources:
        for form, options in _FORMS.items():
            with tempfile.TemporaryDirectory(prefix="agent-tracker-glance-") as folder:
                different += not _compare(source, form, options, Path(folder))
    return 1 if different or not sources else 0


def _compare(source: str, form: str, options: Sequence[str], folder: Path) -> bool:
    """Clone a repository and print how the two tables compare; return True if they are the same."""
    environment = sealed_home(folder / "home")
    place = folder / "repository"
    _run(["git", "clone", "--quiet", *options, source, str(place)], folder, environment)
    glanced = _rows(place, environment, "glance")
    _tracker(place, environment, "init", "--hooks", "none", "--no-backfill")
    _tracker(place, environment, "backfill")
    recorded = _rows(place, environment, "log", "--summary")
    verdict = "the same" if glanced == recorded else "DIFFERENT"
    print(f"{source} ({form}): {verdict}, {len(recorded)} rows, {sum(int(str(row[3])) for row in recorded)} commits")
    for name, rows, others in (("glance", glanced, recorded), ("log", recorded, glanced)):
        for row in rows:
            if row not in others:
                print(f"  only {name}: {row}")
    return glanced == recorded


def _rows(place: Path, environment: Mapping[str, str], *words: str) -> list[list[object]]:
    lines = _tracker(place, environment, *words, "--json").splitlines()
    return [[json.loads(line)[field] for field in _FIELDS] for line in lines]


def _tracker(place: Path, environment: Mapping[str, str], *words: str) -> str:
    return _run([sys.executable, "-I", "-m", "tracker", *words], place, environment)


def _run(words: Sequence[str], place: Path, environment: Mapping[str, str]) -> str:
    return subprocess.run(words, cwd=place, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
