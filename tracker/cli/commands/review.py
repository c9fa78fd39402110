"""``review``: a person grades the commits that wait for the user's grade, with one key each."""

import shlex
import sys

import click

from tracker.cli import keyboard, output
from tracker.cli.command import Command
from tracker.cli.completed_names import agents
from tracker.cli.options import repository_options
from tracker.errors import TrackerError
from tracker.text import number_of, printable


@click.command(
    "review",
    cls=Command,
    examples=(
        "agent-tracker review",
        "agent-tracker review --agent codex -n 5",
    ),
)
@click.option("--agent", metavar="NAME", shell_complete=agents, help="Only commits by this agent.")
@click.option("-n", "most", type=click.IntRange(min=1), metavar="NUMBER", help="At most this many.")
@click.option(
    "--all",
    "fetched",
    is_flag=True,
    help="Also commits that came by fetch: grades of them compare set-ups and move no score.",
)
@repository_options
def command(*, agent: str | None, most: int | None, fetched: bool, path: str, ledger: str | None) -> int:
    """Walk through the commits that wait for the user's grade.

    Bugs that agents suggested come first, then the newest commits. Each commit is shown with its message, its files and
    the beginning of its diff; d shows the whole diff in the pager, o opens its files in the editor, ? names all keys.
    """
    from tracker.cli.interactive_review import InteractiveReview, Item, Waiting
    from tracker.cli.open_project import WRITE_DEADLINE, open_current
    from tracker.feedback import actor, bug_suggestions, grades, known_agents

    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    who = actor.current_actor(project)
    actor.speak_for_user(who, project.settings, "a review")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TrackerError(
            "a review needs a terminal for input and output: 'agent-tracker grade REV --user GRADE' works without one."
        )
    if agent is not None:
        agent = known_agents.known_agent(project, agent)
    bugs = [Item(*one) for one in bug_suggestions.open_suggestions(project, agent)]
    commits = [Item(*one) for one in grades.commits_waiting_for_user(project, agent, fetched=fetched)]
    if not bugs and not commits:
        others = 0 if fetched else len(grades.commits_waiting_for_user(project, agent, fetched=True))
        shown = f" --all shows {others} that came by fetch." if others else ""
        output.say(f"No commit waits for a grade here.{shown}")
        for place, number in grades.waiting_elsewhere(project, agent).items():
            wait = f"{number_of(number, 'commit')} of another clone {'waits' if number == 1 else 'wait'} there"
            output.say(printable(f"{wait}: agent-tracker review -C {shlex.quote(place)}"))
        return 0
    with keyboard.keys() as keys:
        waiting = Waiting(len(bugs), len(commits))
        review = InteractiveReview(project, who, [*bugs, *commits][:most], waiting, keys)
        try:
            review.run()
        finally:
            review.conclude()
    return 0
