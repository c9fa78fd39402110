"""``init``: track repositories. Safe to repeat; nothing is changed when the ledger cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, ledger_option, paths_argument
from tracker.errors import TrackerError, UsageError, error_sentence
from tracker.model import ProjectId
from tracker.text import number_of, printable

if TYPE_CHECKING:
    from tracker.project.project import Project

SCHEMA: Final = 1
_MOST_COUNTED: Final = 100_000
"""Most older commits that are counted: a walk through a longer history would take seconds."""


@click.command(
    "init",
    cls=Command,
    examples=(
        "agent-tracker init",
        "agent-tracker init --instructions --guard ~/src/greeter",
    ),
)
@paths_argument
@ledger_option
@click.option(
    "--hooks",
    type=click.Choice(["native", "config", "pre-commit", "none"]),
    default="native",
    show_default=True,
    help="native: write git hooks; config: name them in git's configuration (git 2.54); pre-commit: print what that"
    " framework needs; none: no hooks.",
)
@click.option(
    "--instructions/--no-instructions",
    default=None,
    help="Tell agents in AGENTS.md (or CLAUDE.md) to read the status file and to grade their work, or take that out"
    " again. Without either the files are left as they are.",
)
@click.option(
    "--guard/--no-guard",
    default=None,
    help="Have a hook refuse commits of halted agents, and environment files from any agent; --no-guard ends that."
    " Remembered.",
)
@click.option(
    "--backfill/--no-backfill",
    "history",
    default=None,
    help="Record the existing history too, and show what it says of set-ups; or do not ask. Without either a person at"
    " a terminal is asked.",
)
@click.option(
    "--hosts/--no-hosts",
    "agent_hosts",
    default=None,
    help="Install agent-tracker in the programs in which agents work (agent-tracker hosts); or do not ask. Without"
    " either a person at a terminal is asked.",
)
@click.option(
    "--share/--no-share",
    default=None,
    help="Share events with your other machines through the repository's remote, after your pushes; or end that."
    " Remembered.",
)
@click.option("--share-remote", metavar="NAME", help="The remote to share through, where origin is not the one.")
@json_option
def command(
    *,
    paths: Sequence[str],
    ledger: str | None,
    hooks: str,
    instructions: bool | None,
    guard: bool | None,
    history: bool | None,
    agent_hosts: bool | None,
    share: bool | None,
    share_remote: str | None,
    json: bool,
) -> int:
    """Track a repository: from now on its commits are recorded.

    Safe to repeat. Of several repositories, one that fails is named at the end and does not stop the others; the exit
    code is 1 then.
    """
    if guard and hooks == "none":
        raise UsageError("with --hooks none no hook would run the guard: leave out --hooks none or --guard.")
    if share_remote and share is None:
        share = True
    if share and hooks == "none":
        raise UsageError("with --hooks none no hook would send events: leave out --hooks none or --share.")
    wishes = _Wishes(hooks, instructions, guard, history, agent_hosts, json, share, share_remote)
    if len(paths) < 2:
        _track(paths[0] if paths else ".", ledger, wishes)
        return 0
    failed: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        try:
            _track(path, ledger, wishes)
        except (TrackerError, OSError) as error:
            failed[path] = error_sentence(error)
            if json:
                output.print_json({"schema": SCHEMA, "path": path, "error": failed[path]})
    if failed:
        output.warn(f"{len(failed)} of {len({*paths})} repositories {'is' if len(failed) == 1 else 'are'} not tracked:")
        for path, reason in failed.items():
            output.warn(printable(f"{path}: {reason}"))
    return 1 if failed else 0


class _Wishes(NamedTuple):
    """The options of one ``init``, for each of its repositories."""

    hooks: str
    instructions: bool | None
    guard: bool | None
    history: bool | None
    agent_hosts: bool | None
    json: bool
    share: bool | None
    share_remote: str | None


def _track(path: str, ledger: str | None, wishes: _Wishes) -> None:
    """Track one repository and print what was done. Raises TrackerError and OSError."""
    from tracker.cli.begin_tracking import begin, moved_sentence
    from tracker.cli.hook_installation import install_hooks
    from tracker.cli.host_offer import offer_hosts
    from tracker.cli.open_project import open_again, open_at
    from tracker.feedback import decisions
    from tracker.hooks import agent_docs
    from tracker.project import start
    from tracker.recording.reconcile import reconcile

    project = open_at(path, ledger)
    decision = decisions.decide(project, wishes.guard)
    remote = _remote_to_share_with(project, wishes)
    # The change of AGENTS.md is refused before anything is changed.
    docs_changes = agent_docs.plan_changes(project.repository, wishes.instructions)
    project.ledger.begin()  # raises what is wrong with the ledger before the repository is changed
    notices = project.ledger.take_notices()
    was_known = not decision.was_tracked and start.is_known(project)
    started = begin(project)
    project_id, is_new = started.project, started.is_new
    project = open_again(project, ledger)
    shared = _set_sharing(project, wishes, remote)
    done, advice = install_hooks(project, wishes.hooks, True if decision.keeps_guard else wishes.guard)
    done += decisions.record_decision(project, decision, was_known=was_known)
    done += [*agent_docs.apply_changes(docs_changes), *shared]
    moved = moved_sentence(started)
    done = [moved, *done] if moved else done
    if wishes.instructions is not None:
        project.files.set_written_instructions(on=wishes.instructions)
    outcome = reconcile(project, look_around=True)
    older = _count_older(project) if is_new else _count_unrecorded(project, project_id)
    for notice in (*notices, *outcome.notices):
        output.warn(printable(notice))
    if wishes.json:
        _print_json(project, path, ledger, wishes, {
            "schema": SCHEMA, "project": project_id, "new": is_new, "ledger": str(project.ledger.path),
            "hooks": wishes.hooks, "done": done, "advice": advice, "older_commits": older,
            "recorded": outcome.recorded,
            "agent_hosts": offer_hosts(project, wanted=wishes.agent_hosts, may_ask=False),
        })  # fmt: skip
        return
    _print_lines(project, [*done, *advice], is_new=is_new)
    for line in offer_hosts(project, wanted=wishes.agent_hosts, may_ask=is_new):
        output.paragraph(line)
    _offer_history(project, path, ledger, wishes, older, may_ask=is_new)


def _remote_to_share_with(project: Project, wishes: _Wishes) -> str | None:
    """Return the remote to share events with; None if nothing changes. Raises UsageError and NotTheUser."""
    if not wishes.share:
        return None
    from tracker.feedback.actor import current_actor, decide_for_user
    from tracker.sharing.switch import remote_to_share_with

    decide_for_user(current_actor(project), project.settings, "sharing events through the repository")
    return remote_to_share_with(project, wishes.share_remote)


def _set_sharing(project: Project, wishes: _Wishes, remote: str | None) -> list[str]:
    """Turn sharing on or off, as it is wanted; return sentences about what was done."""
    if wishes.share is None:
        return []
    from tracker.sharing.switch import turn_off, turn_on

    return turn_on(project, remote) if remote else turn_off(project)


def _print_json(project: Project, path: str, ledger: str | None, wishes: _Wishes, content: dict[str, object]) -> None:
    """Print what was done, with the lines about the history if that is recorded too."""
    from tracker.cli.first_minute import record_history

    history = record_history(project, path, ledger, quiet=True) if wishes.history else []
    output.print_json({**content, "history": history})


def _offer_history(
    project: Project, path: str, ledger: str | None, wishes: _Wishes, older: int, *, may_ask: bool
) -> None:
    """Record the older commits if that is wanted, after asking a person where nothing says so. ``may_ask``: once."""
    from tracker.cli.first_minute import answers_yes, record_history

    wanted = wishes.history
    commits = f"{older} or more older commits" if older == _MOST_COUNTED else number_of(older, "older commit")
    if wanted is None and older and may_ask:
        wanted = answers_yes(project, f"Record its {commits} now?", default=True)
    if wanted:
        lines = record_history(project, path, ledger, quiet=False)
        if not sys.stdout.isatty():
            for line in lines:
                output.say(printable(line))
            return
        from tracker.cli.recommendation_lines import page_of_terminal, print_lines, wrapped

        page = page_of_terminal()
        for line in lines:
            print_lines(wrapped([line], page))
    elif older:
        output.say(
            f"{commits} {'is' if older == 1 else 'are'} not recorded yet: 'agent-tracker backfill' records"
            f" {'it' if older == 1 else 'them'}."
        )


def _count_older(project: Project) -> int:
    """Return how many commits a backfill would record: those reachable from local branches when tracking began.

    At most ``_MOST_COUNTED`` are counted.
    """
    repository = project.repository
    tips, baseline = {*repository.tips().values()}, {*project.files.baseline()}
    new = {*repository.walk(tips, baseline)} if tips - baseline else set()
    return repository.count(tips, _MOST_COUNTED) - len(new)


def _count_unrecorded(project: Project, project_id: ProjectId) -> int:
    """Return how many commits below the place where recording began are not recorded, up to ``_MOST_COUNTED``."""
    from tracker import keys
    from tracker.ledger.tables import COMMITS

    baseline = project.repository.existing_commits(project.files.baseline())
    if not baseline:
        return 0
    below = project.repository.walk(baseline)
    with project.ledger.read() as snapshot:
        recorded = {keys.oid_of(key) for key in snapshot.keys(COMMITS, keys.project(project_id))}
    return min(_MOST_COUNTED, len({*below} - recorded))


def _print_lines(project: Project, lines: list[str], *, is_new: bool) -> None:
    directory = project.repository.work_tree or project.repository.common_dir
    output.say(f"{'Tracking' if is_new else 'Already tracking'} {printable(str(directory))}.")
    output.say(f"Ledger: {printable(str(project.ledger.path))}")
    for line in lines:
        output.say(printable(line))
