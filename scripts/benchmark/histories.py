"""Generated histories in the format of git-fast-import: a long one, and one with realistic files."""

from collections.abc import Iterator
from typing import Final

_PEOPLE: Final = ("Ada <ada@example.com>", "Grace <grace@example.com>", "Linus <linus@example.com>")
_CO_AUTHORS: Final = ("Codex (gpt-5.2-codex) <codex@openai.com>", "Claude Opus 4.5 <noreply@anthropic.com>")
_KINDS: Final = ("feat", "fix", "docs", "test", "refactor")
_START: Final = 1_500_000_000
_STEP: Final = 2400
"""Seconds between two commits: 100,000 commits take seven years, so their totals are spread over ninety months."""

_LINES: Final = 100
"""Lines of a file in the realistic repository."""
_FILES_IN_A_COMMIT: Final = 4


def small_changes(commits: int, span: int | None = None) -> Iterator[bytes]:
    """Yield the commits of a branch ``main``: small changes by several people, every seventh with an agent.

    ``span``: seconds from the first to the last; by default it grows with the commits.
    """
    for number in range(commits):
        passed = _STEP * number if span is None else span * number // commits
        person, seconds = _PEOPLE[number % len(_PEOPLE)], _START + passed
        message = f"{_KINDS[number % len(_KINDS)]}: change number {number}\n"
        if number % 7 == 0:
            message += f"\nCo-authored-by: {_CO_AUTHORS[number // 7 % len(_CO_AUTHORS)]}\n"
        content = f"{number}\n"
        yield (
            f"commit refs/heads/main\ncommitter {person} {seconds} +0000\ndata {len(message)}\n{message}"
            f"M 100644 inline part{number % 10}/file{number % 50}.txt\ndata {len(content)}\n{content}\n"
        ).encode("ascii")


def realistic_changes(files: int, commits: int) -> Iterator[bytes]:
    """Yield a commit that adds all files, then ``commits`` commits that each change a line in four of them."""
    places = [f"part{number % 40}/section{number % 7}/file{number}.txt" for number in range(files)]
    for number in range(commits + 1):
        first = number * _FILES_IN_A_COMMIT
        chosen = {(first + step) % files for step in range(_FILES_IN_A_COMMIT)} if number else range(files)
        message = f"{_KINDS[number % len(_KINDS)]}: change number {number}\n"
        text = f"commit refs/heads/main\ncommitter {_PEOPLE[0]} {_START + number} +0000\ndata {len(message)}\n{message}"
        for file in sorted(chosen):
            lines = [f"line {line} of file {file}, as it was at first\n" for line in range(_LINES)]
            if number:
                lines[number % _LINES] = f"changed by commit {number}\n"
            content = "".join(lines)
            text += f"M 100644 inline {places[file]}\ndata {len(content)}\n{content}\n"
        yield text.encode("ascii")
