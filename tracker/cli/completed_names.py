"""Names for completion: agents, models, projects and commits, from the ledger and the repository at hand.

They are read without creating anything: where there is no ledger or no repository there is no name. The functions have
the arguments that click gives to ``shell_complete``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tracker.ledger import Ledger, Snapshot
    from tracker.model import ProjectId

    Found = Iterable["str | CompletionItem[str]"]
    Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]

_MOST_COMMITS: Final = 20
"""Newest commits that are offered."""
_DEADLINE: Final = 0.2
"""Seconds to wait for a lock: the user is typing."""
_LONGEST_SUBJECT: Final = 60
"""Characters of a subject: the shells put it beside the name of the commit."""
_MOST_SEARCHED: Final = 2000
"""Newest commits among which one is found by the first digits of its name."""


def makers(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return the agents and bots of the ledger, and the words of lists for people and for unmarked commits."""
    from tracker.reports.maker_words import PERSON, UNMARKED

    return _makers(context, parameter, typed, {"agent", "bot", "human"}, (PERSON, UNMARKED))


def people_and_agents(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return the agents and bots of the ledger, and the word for a person."""
    from tracker.reports.maker_words import PERSON

    return _makers(context, parameter, typed, {"agent", "bot", "human"}, (PERSON,))


def agents(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return the agents of the ledger that have a score."""
    return _makers(context, parameter, typed, {"agent"}, ())


def _makers(
    context: click.Context, parameter: click.Parameter, typed: str, kinds: Container[str], of_people: Iterable[str]
) -> list[CompletionItem[str]]:
    """Return the recorded makers of some kinds. ``of_people``: the words that take the place of the recorded human."""
    del parameter
    from tracker.ledger.tables import AGENTS
    from tracker.model import HUMAN, UNKNOWN_AGENT

    with _snapshot(context) as found:
        named = {record.name: record.kind for _, record in found[0].scan(AGENTS)} if found else {}
    chosen: dict[str, str] = {name: kind for name, kind in named.items() if kind in kinds and name != HUMAN}
    if "human" not in kinds:
        chosen.pop(UNKNOWN_AGENT, None)  # it has no score
    elif HUMAN in named:
        chosen |= dict.fromkeys(of_people, "")
    return _items(sorted(chosen.items()), typed)


def set_ups(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return the set-ups that ``recommend`` with its other options names, and the agents that have several."""
    del parameter
    from tracker.project.project import user_catalogue
    from tracker.reports.set_ups.read_sums import Scope, SetUpReader

    with _snapshot(context) as found:
        if not found:
            return []
        snapshot, project = found
        scope = Scope(None if project is None or context.params.get("everywhere") else frozenset([project]))
        reader = SetUpReader(snapshot, user_catalogue(), context.params.get("by") or "set-up")
        known = {row.set_up for row in reader.rows(scope)}
    named = {one.name for one in known} | {one.parts[0] for one in known}
    return _items(((name, "") for name in sorted(named)), typed)


def models(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return the models of the ledger as lists show them; with their makers where one is being typed."""
    del parameter
    from tracker.attribution.model_names import model_shown
    from tracker.ledger.tables import TOTALS

    with _snapshot(context) as found:
        named = {record.model for _, record in found[0].scan(TOTALS) if record.model} if found else set()
    shown = named if "/" in typed else {*map(model_shown, named)}
    return _items(((name, "") for name in sorted(shown)), typed)


def projects(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return the projects of the ledger."""
    del parameter
    from tracker.ledger.tables import PROJECTS

    with _snapshot(context) as found:
        named = {record.name: record.paths[:1] for _, record in found[0].scan(PROJECTS)} if found else {}
    return _items(((name, " ".join(paths)) for name, paths in sorted(named.items())), typed)


def revisions(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return branches and tags, and the newest commits of the project with their subjects."""
    del parameter
    from tracker.errors import TrackerError

    named: list[tuple[str, str]] = []
    with contextlib.suppress(TrackerError, OSError):
        from tracker.git import Repository
        from tracker.git.refs import short_names

        named = [
            ("HEAD", ""),
            *((name, "") for name in short_names(Repository.from_argument(_path(context)).common_dir)),
        ]
    # A range is two revisions, and the second one is typed now.
    before, dots, last = typed.rpartition("..")
    with _snapshot(context) as found:
        if found and found[1] is not None:
            named += _commits(*found, last)
    return _items(((f"{before}{dots}{name}", told) for name, told in named), typed)


def folders_and_revisions(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Return what ``revisions`` returns, and let the shell complete folders too."""
    return [*revisions(context, parameter, typed), *places("dir")(context, parameter, typed)]


def _commits(snapshot: Snapshot, project: ProjectId | None, typed: str) -> Iterator[tuple[str, str]]:
    """Yield shortened names of commits with who made them and their subjects."""
    from itertools import islice

    from tracker.reports.log import Filters, select_commits
    from tracker.reports.maker_words import maker_word

    most = _MOST_SEARCHED if typed else _MOST_COMMITS
    commits = select_commits(snapshot, Filters(frozenset([project]) if project else None, most=most))
    fitting = (one for one in commits if one.oid.startswith(typed))
    for one in islice(fitting, _MOST_COMMITS):
        yield one.oid[: max(10, len(typed))], f"{maker_word(one.standing)}: {one.facts.subject[:_LONGEST_SUBJECT]}"


def words(*known: str) -> Completion:
    """Return a completion of fixed words, such as grades."""

    def complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
        return _items(((word, "") for word in known), typed)

    return complete


def places(kind: str) -> Completion:
    """Return the completion of paths, which the shell itself does best. ``kind``: ``dir`` or ``file``."""

    def complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(typed, type=kind)]

    return complete


def _items(named: Iterable[tuple[str, str]], typed: str) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=told or None) for name, told in named if name.startswith(typed)]


@contextlib.contextmanager
def _snapshot(context: click.Context) -> Iterator[tuple[Snapshot, ProjectId | None] | None]:
    """Yield the ledger as the command would read it and the project's id; None where there is no ledger."""
    from tracker.errors import TrackerError

    with contextlib.ExitStack() as opened:
        try:
            ledger, project = _ledger(context)
            snapshot = opened.enter_context(ledger.read(begin=False)) if not ledger.is_new() else None
        except (TrackerError, OSError):
            snapshot, project = None, None
        yield None if snapshot is None else (snapshot, project)


def _ledger(context: click.Context) -> tuple[Ledger, ProjectId | None]:
    """Return the ledger that the command would use, and the project's id, without any change to the project's files."""
    from tracker.errors import RepositoryError
    from tracker.git import Repository
    from tracker.ledger import Ledger
    from tracker.project.files import ProjectFiles
    from tracker.project.settings import resolve_settings

    flags, faults = {"ledger": context.params.get("ledger")}, list[str]()
    try:
        repository = Repository.from_argument(_path(context))
    except RepositoryError:
        settings = resolve_settings(flags, {}, faults=faults)
        return Ledger(settings.ledger, settings.size_limit, _DEADLINE), None
    files = ProjectFiles(repository.common_dir)
    settings = resolve_settings(flags, repository.config(), files.ledger_path(), faults=faults)
    return Ledger(settings.ledger, settings.size_limit, _DEADLINE), files.find_id()


def _path(context: click.Context) -> str:
    return str(context.params.get("path") or ".")
