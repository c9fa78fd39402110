"""Compare the owners of lines with ``git blame``: ``python scripts/compare_blame.py REPOSITORY...``.

Of each repository (a path or an address) it draws 100 commits at random from those that added lines which count, and
looks at every line of the default branch in the files that they changed. A line takes part if agent-tracker or git says
that one of the 100 commits wrote it. Prints how many of those lines have the same owner as with ``git blame -w``, with
``git blame -w -M``, and with one of the two. ``-M`` gives a line that was copied within a file to the original.
"""

import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parents[1]))

from tests.sealed_environment import sealed_home
from tracker.git import Repository
from tracker.git.attributes import AttributeReader
from tracker.git.line_changes import changes_from_parents, line_changes
from tracker.model import Oid
from tracker.outcomes.counted_paths import ATTRIBUTES, is_counted
from tracker.outcomes.default_branch import default_branch
from tracker.outcomes.history_pass import HistoryPass, PassState
from tracker.outcomes.landing_order import landings

_DRAWN: Final = 100
_SEED: Final = 20261129
_FORMS: Final[Mapping[str, tuple[str, ...]]] = {"-w": ("-w",), "-w -M": ("-w", "-M")}
_NOBODY: Final = Oid("")


def main(sources: Sequence[str]) -> int:
    """Compare on each repository; return the exit code, 1 when owners and both forms of blame differ on over 2 %."""
    failed = 0
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="agent-tracker-blame-") as folder:
            failed += not _compare(source, Path(folder))
    return 1 if failed or not sources else 0


def _compare(source: str, folder: Path) -> bool:
    """Clone a repository and print how the owners of lines compare; return True if 98 % have one that git gives."""
    environment = sealed_home(folder / "home")
    place = folder / "repository"
    command = ["git", "clone", "--quiet", "--shared", "--no-checkout", source, str(place)]
    subprocess.run(command, env=environment, check=True)
    repository = Repository.discover(place)
    branch = default_branch(repository)
    if branch is None:
        print(f"{source}: no commits")
        return False
    state, added = _read_history(repository, branch.tip)
    chance = random.Random(_SEED)  # noqa: S311 - the same commits in every run
    drawn = {*chance.sample(added, min(_DRAWN, len(added)))}
    counts: Counter[str] = Counter()
    for path in _files_of(place, drawn, state):
        owners = [state.names[owner] for owner in state.files[path].owners or ()]
        blamed = {form: _blame(place, branch.tip, path, options) for form, options in _FORMS.items()}
        counts += _agreement(owners, blamed, drawn)
    lines = counts.pop("lines", 0)
    if not lines:
        print(f"{source}: nothing is left of {len(drawn)} commits")
        return True
    shares = {form: counts[form] / lines for form in (*_FORMS, "one of the two")}
    shown = ", ".join(f"{form} {share:.1%}" for form, share in shares.items())
    print(f"{source}: {len(drawn)} commits, {lines} lines; the same owner as git blame: {shown}", flush=True)
    return shares["one of the two"] >= 0.98


def _read_history(repository: Repository, tip: Oid) -> tuple[PassState, list[Oid]]:
    """Return the state of a pass over all commits, and those that added lines."""
    listed = repository.walk([tip], [])
    parents = {commit.oid: commit.parents for commit in repository.commits(listed)}
    steps = landings(listed, parents, tip)
    order = [oid for step in steps for oid in step.commits]
    pairs = [(oid, parent) for oid in order if len(parents[oid]) > 1 for parent in parents[oid]]
    state = PassState()
    changes = line_changes(repository.common_dir, order)
    differing = changes_from_parents(repository.common_dir, pairs)
    with AttributeReader(repository.common_dir, tip, ATTRIBUTES) as attributes:
        history = HistoryPass(state, parents, lambda path: is_counted(path, attributes.read(path)))
        taken = [(oid, count) for step in history.run(steps, changes, differing) for oid, count in step.commits.items()]
    return state, sorted(oid for oid, count in taken if count)


def _files_of(place: Path, drawn: AbstractSet[Oid], state: PassState) -> list[str]:
    """Return the counted files of the branch that some commits changed, or have lines in after a rename."""
    command = ["git", "log", "--no-walk", "--stdin", "-m", "--name-only", "-z", "--format="]
    named = subprocess.run(command, cwd=place, input="\n".join(drawn).encode(), stdout=subprocess.PIPE, check=True)
    changed = {name.decode("utf-8", "surrogateescape").strip("\n") for name in named.stdout.split(b"\0")}
    numbers = {number for number, oid in enumerate(state.names) if oid in drawn}
    return sorted(
        path
        for path, file in state.files.items()
        if file.owners is not None and (path in changed or not numbers.isdisjoint(file.owners))
    )


def _blame(place: Path, tip: Oid, path: str, options: Sequence[str]) -> list[Oid]:
    """Return the commit that git blame names for each line of a file."""
    command = ["git", "blame", "--porcelain", *options, tip, "--", path]
    printed = subprocess.run(command, cwd=place, stdout=subprocess.PIPE, check=True).stdout
    found: list[Oid] = []
    commit = _NOBODY
    for line in printed.split(b"\n"):
        if line.startswith(b"\t"):
            found.append(commit)
        elif (words := line.split(b" ")) and len(words[0]) in (40, 64) and len(words) in (3, 4):
            commit = Oid(words[0].decode("ascii"))
    return found


def _agreement(owners: Sequence[Oid], blamed: Mapping[str, Sequence[Oid]], drawn: AbstractSet[Oid]) -> Counter[str]:
    """Count the lines of a file that one of the drawn commits wrote by some account, and where the accounts agree."""
    counts: Counter[str] = Counter()
    for number, owner in enumerate(owners):
        others = {form: found[number] if number < len(found) else _NOBODY for form, found in blamed.items()}
        if owner not in drawn and drawn.isdisjoint({*others.values()}):
            continue
        counts["lines"] += 1
        counts.update(form for form, other in others.items() if other == owner)
        counts["one of the two"] += owner in others.values()
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
