"""Write the history and the remote of the repository in docs/first-day.md: half a year of work by people and agents.

The dates are fixed and lie more than 90 days before the documents were first made, so that what became of each commit
does not depend on the day on which they are made again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import transcript

_BEGIN: Final = 1_756_803_600
"""Tuesday, 2 September 2025, 9:00 UTC."""
_HOURS: Final = 73
"""Between two pieces of work."""

_ADA: Final = "Ada <ada@example.com>"
_CLAUDE: Final = "Co-authored-by: Claude Sonnet 4.5 <noreply@anthropic.com>"
_CODEX: Final = "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>"
_BOT: Final = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"

_TOPICS: Final = (
    ("feat", "read the stations"), ("feat", "temperature"), ("fix", "empty answers"), ("feat", "rain"),
    ("test", "stations"), ("docs", "usage"), ("fix", "time zones"), ("refactor", "the reader"), ("feat", "pressure"),
    ("fix", "missing values"),
)  # fmt: skip
_MAKERS: Final = (_ADA, _CLAUDE, _CODEX, _CLAUDE, _ADA, _CODEX, _CLAUDE)
_FATES: Final = {2: "revert", 5: "rewrite", 12: "revert", 16: "rewrite", 23: "revert", 33: "rewrite", 37: "revert"}
"""The later deed of a person, by the number of the work."""


def write(repository: Path, environment: dict[str, str]) -> None:
    """Write the history, a remote repository beside it, and push."""
    stream = "".join(_stream())
    (repository / ".git" / "history").write_text(stream, encoding="utf-8")
    transcript.run(["sh", "-c", "git fast-import --quiet <.git/history && rm .git/history"], repository, environment)
    transcript.run(["git", "reset", "-q", "--hard"], repository, environment)
    remote = repository.with_name("remote.git")
    transcript.run(["git", "init", "-q", "--bare", str(remote)], repository, environment)
    transcript.run(["git", "remote", "add", "origin", str(remote)], repository, environment)
    transcript.run(["git", "push", "-q", "-u", "origin", "main"], repository, environment)


def _stream() -> Iterator[str]:
    """Yield the commits in the form that git fast-import reads, in the order of their dates."""
    events: list[tuple[int, str]] = []
    for number in range(42):
        when = _BEGIN + number * _HOURS * 3600
        kind, topic = _TOPICS[number % len(_TOPICS)]
        maker = _MAKERS[number % len(_MAKERS)]
        subject = f"{kind}: {topic}" if number < len(_TOPICS) else f"{kind}: {topic}, part {number // len(_TOPICS) + 1}"
        text = [f"{topic}, line {line} of the work of day {number}" for line in range(6 + number % 9)]
        trailer = "" if maker == _ADA else f"\n\n{maker}"
        events.append((when, _commit(when, subject + trailer, _ADA, number, text)))
        fate = _FATES.get(number, "")
        if fate == "revert":
            events.append((when + 90_000, _commit(when + 90_000, f'Revert "{subject}"', _ADA, number, [])))
        if fate == "rewrite":
            events.append((when + 90_000, _commit(when + 90_000, f"fix: {topic} again", _ADA, number, text[:1])))
    for number in range(4):
        when = _BEGIN + number * 40 * 86_400 + 7_200
        message = f"build(deps): bump requests from 2.{30 + number} to 2.{31 + number}"
        events.append((when, _commit(when, message, _BOT, 100, [f"requests==2.{31 + number}"])))
    yield from (text for _, text in sorted(events))


def _commit(when: int, message: str, author: str, number: int, text: list[str]) -> str:
    body = "".join(f"{line}\n" for line in text)
    name = "requirements.txt" if number == 100 else f"weather/part{number}.py"
    change = f"M 100644 inline {name}\ndata {len(body)}\n{body}\n" if text else f"D {name}\n"
    return (
        f"commit refs/heads/main\nauthor {author} {when} +0000\ncommitter {_ADA} {when} +0000\n"
        f"data {len(message)}\n{message}\n{change}\n"
    )
