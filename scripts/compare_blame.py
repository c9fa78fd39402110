"""Compare the lines of commits with ``git blame``: ``python scripts/compare_blame.py REPOSITORY...``.

Of each repository (a path or an address) it draws 100 commits at random from those that added lines which count, and
looks at every line of the default branch in the files that they changed. It prints, for ``git blame -w`` and for
``git blame -w -M``,

- of the lines that the commits added, how many are kept by both accounts or gone by both;
- of the lines that are left of them by one of the accounts, how many have the same owner by both, and how many have an
  owner that one of the two forms names. ``-M`` gives a line that was copied within a file to the original.
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
_EITHER: Final = "one of the two"
_ENOUGH: Final = 0.98
_NOBODY: Final = Oid("")


def main(sources: Sequence[str]) -> int:
    """Compare on each repository; return the exit code, 1 when over 2 % of the owners are named by neither form."""
    failed = 0
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="agent-tracker-blame-") as folder:
            failed += not _compare(source, Path(folder))
    return 1 if failed or not sources else 0


def _compare(source: str, folder: Path) -> bool:
    """Clone a repository and print how its lines compare; return True if 98 % have an owner that git names."""
    environment = sealed_home(folder / "home")
    place = folder / "repository"
    command = ["git", "clone", "--quiet", "--shared", "--no-checkout", source, str(place)]
    subprocess.run(command, env=environment, check=True)
    repository = Repository.discover(place)
    branch = default_branch(repository)
    if branch is None:
        print(f"{source}: no commits")
        return False
    state, born = _read_history(repository, branch.tip)
    chance = random.Random(_SEED)  # noqa: S311 - the same commits in every run
    drawn = {*chance.sample(sorted(born), min(_DRAWN, len(born)))}
    counts: Counter[str] = Counter(added=sum(born[oid] for oid in drawn))
    for path in _files_of(place, drawn, state):
        owners = [state.names[owner] for owner in state.files[path].owners or ()]
        blamed = {form: _blame(place, branch.tip, path, options) for form, options in _FORMS.items()}
        counts += _compare_lines(owners, blamed, drawn)
    return _show(source, len(drawn), counts)


def _show(source: str, drawn: int, counts: Counter[str]) -> bool:
    """Print how the lines of as many commits compare; return True if 98 % of what is left has an owner git gives."""
    added, lines = counts["added"], counts["lines"]
    if not lines:
        print(f"{source}: nothing is left of {drawn} commits")
        return True
    fates = ", ".join(f"{form} {1 - counts[f'{form} fate'] / added:.1%}" for form in _FORMS)
    shares = {form: counts[form] / lines for form in (*_FORMS, _EITHER)}
    owners = ", ".join(f"{form} {share:.1%}" for form, share in shares.items())
    print(f"{source}: {drawn} commits added {added} lines; kept or gone as with git blame: {fates}")
    print(f"  {lines} lines are left; the same owner as with git blame: {owners}", flush=True)
    return shares[_EITHER] >= _ENOUGH


def _read_history(repository: Repository, tip: Oid) -> tuple[PassState, dict[Oid, int]]:
    """Return the state of a pass over all commits, and how many lines each commit added, if any."""
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
        born = {oid: n for step in history.run(steps, changes, differing) for oid, n in step.commits.items() if n}
    return state, born


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


def _compare_lines(owners: Sequence[Oid], blamed: Mapping[str, Sequence[Oid]], drawn: AbstractSet[Oid]) -> Counter[str]:
    """Count the lines of a file that one of the drawn commits wrote by some account, and where the accounts agree.

    A line that each of two drawn commits wrote by one of the accounts is a line of both whose fate is disputed.
    """
    counts: Counter[str] = Counter()
    for number, owner in enumerate(owners):
        others = {form: found[number] if number < len(found) else _NOBODY for form, found in blamed.items()}
        if owner not in drawn and drawn.isdisjoint(others.values()):
            continue
        counts["lines"] += 1
        counts[_EITHER] += owner in others.values()
        for form, other in others.items():
            counts[form] += other == owner
            counts[f"{form} fate"] += 0 if other == owner else (owner in drawn) + (other in drawn)
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
