"""Reviews at a terminal, for the tests of what their screens show."""

from tests.feedback.output import CLAUDE
from tests.program import TRACKER
from tests.support import Repo, Terminal

PROMPT = "> "


def review(repo: Repo, *options: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    return repo.at_terminal(*TRACKER, "review", *options, size=size)


def first_screen(repo: Repo, size: tuple[int, int] = (80, 24)) -> str:
    """Return the screen of the newest commit."""
    terminal = review(repo, size=size)
    shown = terminal.expect(PROMPT)
    terminal.press("q")
    assert terminal.finish() == 0
    return shown


def add(repo: Repo, subject: str, files: dict[str, str | bytes], *options: str) -> None:
    for name, text in files.items():
        repo.write(name, text)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", subject, *options, env=CLAUDE)
