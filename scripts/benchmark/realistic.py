"""Generated histories like those of real projects, in the format of git-fast-import: linear, merge-heavy and wide.

The same number of commits gives the same history on every machine (a fixed seed). Files have 20 to 400 lines; a commit
changes some lines of a few files, sometimes adds, renames or deletes one; messages have bodies and trailers.
"""

import random
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

_SEED: Final = 20_240_229
_START: Final = 1_500_000_000
_STEP: Final = 2400
"""Seconds between two commits on average: 100,000 commits take seven years."""

_PEOPLE: Final = tuple(f"Person {number} <person{number}@example.com>" for number in range(60))
_AGENTS: Final = (
    "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>",
    "Co-authored-by: Claude Opus 4.5 <noreply@anthropic.com>",
    "Co-authored-by: Cursor <cursoragent@cursor.com>",
    "Assisted-by: OpenCode:claude-sonnet-4-5",
)
_VERBS: Final = ("Add", "Fix", "Remove", "Rename", "Move", "Test", "Document", "Speed up", "Simplify", "Refactor")
_KINDS: Final = ("", "", "feat: ", "fix: ", "docs: ", "test: ", "refactor(core): ")
_WORDS: Final = (
    "parser", "cache", "index", "reader", "writer", "socket", "thread", "buffer", "record", "table", "option", "value",
    "error", "message", "path", "test", "queue", "client", "server", "request", "response", "header", "token", "page",
    "node", "tree", "graph", "branch", "commit", "merge", "limit", "timeout", "lock",
)  # fmt: skip
_SUFFIXES: Final = (".py", ".py", ".c", ".h", ".rs", ".ts", ".md", ".toml", "_test.py")


class Shape(NamedTuple):
    """The shape of a history.

    ``files``: files that the first commit adds. ``folders``: how many folders they are in. ``most_files``: of one
    commit. ``merged``: share of the commits that are made on branches or merge one.
    """

    files: int
    folders: int
    most_files: int
    merged: float


LINEAR: Final = Shape(files=400, folders=40, most_files=5, merged=0.0)
MERGE_HEAVY: Final = Shape(files=400, folders=40, most_files=5, merged=0.5)
WIDE: Final = Shape(files=12_000, folders=1_500, most_files=30, merged=0.05)
_MOST_BRANCHES: Final = 4
"""Branches that are open at a time."""
SHAPES: Final = {"linear": LINEAR, "merge-heavy": MERGE_HEAVY, "wide": WIDE}


def history(shape: Shape, commits: int) -> Iterator[bytes]:
    """Yield so many commits in the format of git-fast-import; ``main`` has all but those of branches not merged yet."""
    return _History(shape, commits).stream()


class _Branch(NamedTuple):
    """A branch that is not merged yet: the mark of its last commit, and what its commits changed."""

    tip: int
    changes: list[str]


class _History:
    """A history while it is generated; ``commit`` numbers are the marks of git-fast-import."""

    def __init__(self, shape: Shape, commits: int) -> None:
        self._shape = shape
        self._commits = commits
        self._random = random.Random(_SEED)  # noqa: S311 - the same history on every machine, not a secret
        self._files: dict[str, list[str]] = {}
        self._names: list[str] = []
        self._made = 0
        self._next_file = 0

    def stream(self) -> Iterator[bytes]:
        """Yield the commits."""
        yield self._commit([], [self._add_file() for _ in range(self._shape.files)])
        main, branches = 1, list[_Branch]()
        while self._made < self._commits:
            chance = self._random.random()
            if branches and chance < self._shape.merged / 2:
                branch = branches.pop(self._random.randrange(len(branches)))
                yield self._commit([main, branch.tip], branch.changes)
                main = self._made
            elif chance < self._shape.merged:
                if len(branches) < _MOST_BRANCHES:
                    branches.append(_Branch(main, []))
                branch = branches.pop(self._random.randrange(len(branches)))
                changes = self._change(only_edits=True)
                yield self._commit([branch.tip], changes)
                branches.append(_Branch(self._made, [*branch.changes, *changes]))
            else:
                yield self._commit([main], self._change())
                main = self._made
        yield f"reset refs/heads/main\nfrom :{main}\n\n".encode()

    def _commit(self, parents: list[int], changes: list[str]) -> bytes:
        """Return a commit; the first parent is the one whose files it has, with the changes."""
        self._made += 1
        chance = self._random
        seconds = _START + _STEP * self._made + chance.randrange(_STEP)
        author = chance.choice(_PEOPLE)
        committer = chance.choice(_PEOPLE) if chance.random() < 0.3 else author
        message = f"Merge branch 'work-{parents[1]}'\n" if len(parents) > 1 else self._message()
        words = [
            f"commit refs/heads/main\nmark :{self._made}\nauthor {author} {seconds - chance.randrange(600)} +0100\n",
            f"committer {committer} {seconds} +0100\ndata {len(message)}\n{message}",
            *(f"{word} :{parent}\n" for word, parent in zip(("from", "merge"), parents, strict=False)),
            *changes,
        ]
        return "".join(words).encode("ascii")

    def _message(self) -> str:
        chance = self._random

        def words(number: int) -> str:
            return " ".join(chance.choices(_WORDS, k=number))

        lines = [f"{chance.choice(_KINDS)}{chance.choice(_VERBS)} {words(chance.randint(2, 6))}"]
        if chance.random() < 0.6:
            lines += ["", *(f"{words(10)}." for _ in range(chance.randint(1, 8)))]
        trailers = [f"Signed-off-by: {chance.choice(_PEOPLE)}"] if chance.random() < 0.3 else []
        trailers += [chance.choice(_AGENTS)] if chance.random() < 0.2 else []
        return "\n".join([*lines, *([""] if trailers else []), *trailers]) + "\n"

    def _change(self, *, only_edits: bool = False) -> list[str]:
        """Change some files, and return the lines that say so."""
        chance = self._random
        most = self._shape.most_files
        names = dict.fromkeys(chance.choice(self._names) for _ in range(min(most, int(chance.paretovariate(1.2)))))
        changes: list[str] = []
        for name in names:
            step: Callable[[str], list[str]] = self._edit
            kind = 1.0 if only_edits else chance.random()
            if kind < 0.03:
                step = self._rename
            elif kind < 0.05 and len(self._names) > self._shape.files // 2:
                step = self._delete
            changes += step(name)
        return [*changes, *([self._add_file()] if chance.random() < 0.04 else [])]

    def _edit(self, name: str) -> list[str]:
        chance, lines = self._random, self._files[name]
        place = chance.randrange(len(lines))
        added = [self._line() for _ in range(chance.randint(1, 12))]
        lines[place : place + chance.randint(0, 10)] = added
        if len(lines) > 600:
            del lines[: len(lines) // 2]
        return [self._content(name)]

    def _rename(self, name: str) -> list[str]:
        new = self._new_name()
        self._files[new] = self._files.pop(name)
        self._names[self._names.index(name)] = new
        return [f"R {name} {new}\n", *self._edit(new)]

    def _delete(self, name: str) -> list[str]:
        del self._files[name]
        self._names.remove(name)
        return [f"D {name}\n"]

    def _add_file(self) -> str:
        name = self._new_name()
        self._names.append(name)
        self._files[name] = [self._line() for _ in range(self._random.randint(20, 400))]
        return self._content(name)

    def _new_name(self) -> str:
        self._next_file += 1
        folder = self._random.randrange(self._shape.folders)
        suffix = self._random.choice(_SUFFIXES)
        return f"src/part{folder % 20}/section{folder}/{self._random.choice(_WORDS)}{self._next_file}{suffix}"

    def _line(self) -> str:
        depth = 4 * self._random.randrange(4)
        return f"{' ' * depth}{' '.join(self._random.choices(_WORDS, k=5))} = {self._random.randrange(10**6)}\n"

    def _content(self, name: str) -> str:
        content = "".join(self._files[name])
        return f"M 100644 inline {name}\ndata {len(content)}\n{content}\n"
