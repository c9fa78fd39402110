"""``review``: a person grades the commits that wait for the user's grade, with one key each."""

import sys

import click

from tracker.cli import keyboard, output
from tracker.cli.command import Command
from tracker.cli.completed_names import agents
from tracker.cli.options import repository_options
from tracker.errors import TrackerError


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
@repository_options
def command(*, agent: str | None, most: int | None, path: str, ledger: str | None) -> int:
    """Walk through the commits that wait for the user's grade.

    Newest first, one key each.
    """
    from tracker.cli.interactive_review import InteractiveReview
    from tracker.cli.open_project import WRITE_DEADLINE, open_current
    from tracker.feedback import actor, grades, known_agents

    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    who = actor.current_actor(project)
    actor.speak_for_user(who, project.settings, "a review")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TrackerError(
            "a review needs a terminal for input and output: 'agent-tracker grade REV --user GRADE' works without one."
        )
    if agent is not None:
        agent = known_agents.known_agent(project, agent)
    waiting = grades.commits_waiting_for_user(project, agent)[:most]
    if not waiting:
        output.say("No commit waits for a grade.")
        return 0
    review = InteractiveReview(project, who, waiting)
    try:
        with keyboard.keys() as read_key:
            review.run(read_key)
    finally:
        review.conclude()
    return 0
