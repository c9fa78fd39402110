"""The output of ``config``, and the effects of a changed setting on the repository at hand."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from tracker.attribution import resolve_agent_name
from tracker.cli import output, tables
from tracker.errors import RepositoryError, TrackerError
from tracker.feedback.actor import actor_with, current_actor, decide_for_user
from tracker.feedback.decisions import note_change
from tracker.feedback.known_agents import check_agent_is_known, check_model_is_known
from tracker.git import Repository
from tracker.git.config import settings_outside
from tracker.ledger import Ledger
from tracker.project import setting_changes, setting_values
from tracker.project.project import open_project, user_catalogue
from tracker.project.setting_meanings import MEANINGS, is_protected, places_of
from tracker.project.setting_origins import DEFAULT, Listing, Shown, list_settings, user_file
from tracker.project.settings import GUARDING, resolve_settings
from tracker.text import printable, size_shown

SCHEMA: Final = 1
_SETTINGS: Final = tables.Layout((tables.fixed("setting"), tables.text("value", least=8), tables.fixed("origin")))
_USERS_OWN: Final = (*GUARDING, "ledger", "share_notes")
"""Settings that are the user's to decide: those that guard, the ledger, whose scores the guard reads, and if notes
leave this machine."""


def find_repository(path: str) -> Repository | None:
    """Return the repository at a path, None if the working directory is in none. Raises RepositoryError."""
    try:
        return Repository.from_argument(path)
    except RepositoryError:
        if path != ".":
            raise
        return None


def print_settings(listing: Listing, *, show_origin: bool, json: bool) -> None:
    """Print all settings as a table or as JSON, and a warning for each wrong value."""
    for fault in listing.faults:
        output.warn(printable(fault))
    if json:
        for one in listing.settings:
            output.print_json(as_json(one))
        return
    values = [(one.name, "-" if one.value is None else one.value, one.origin) for one in listing.settings]
    table = tables.Table(_SETTINGS, [(*one[:2], one[2].kind) for one in values])
    if not show_origin and (not sys.stdout.isatty() or table.fits(output.room())):
        tables.print_table(*table)
    elif sys.stdout.isatty():  # a path, or two in one line, would be cut
        for name, value, origin in values:
            output.say(printable(f"{name}: {value}"))
            output.say(printable(f"    {origin.kind}{f', {origin.where}' if origin.where and show_origin else ''}"))
    else:
        rows = [(name, value, origin.kind, origin.where or "-") for name, value, origin in values]
        tables.print_fields([("setting", "value", "origin", "place"), *rows])


def print_meanings(listing: Listing, name: str | None) -> None:
    """Print what settings do, their values and places, and which value applies. ``name``: of one; None for all."""
    wanted = None if name is None else name.partition(".")[0]
    for number, (known, meaning) in enumerate(MEANINGS.items()):
        if wanted not in {None, known}:
            continue
        if number and wanted is None:
            output.say("")
        output.say(known)
        here = listing.named(known)
        now = f"{'-' if here.value is None else here.value} ({here.origin.kind})"
        protected = "; no agent may change it" if is_protected(known) else ""
        for label, text in (
            ("does", meaning.does),
            ("values", f"{meaning.values}; default: {meaning.default}"),
            ("set by", f"{', '.join(places_of(known))}{protected}"),
            ("now", now),
        ):
            output.paragraph(text, f"  {label:<8}", " " * 10)


def as_json(one: Shown) -> dict[str, Any]:
    """Return a setting as it is printed in JSON."""
    return {
        "schema": SCHEMA,
        "name": one.name,
        "value": one.value,
        "origin": one.origin.kind,
        "place": one.origin.where or None,
    }


def check_speaker(repository: Repository | None, name: str) -> Callable[[], None]:
    """Check that the actor may change a setting; return the function that notes the change where a guard is enabled.

    Raises NotTheUser when an agent would change what guards the user's interests.
    """
    if name.partition(".")[0].replace("-", "_") not in _USERS_OWN:
        return lambda: None
    what = f"a change of {name}"
    if repository is not None:
        project = open_project(repository, {}, in_hook=True)
        who = current_actor(project)
        decide_for_user(who, project.settings, what)
        return partial(note_change, project, who, what)
    # As in a repository without a record of init: nothing but the user's file says who may speak for the user.
    home = {variable: os.environ[variable] for variable in ("HOME",) if variable in os.environ}
    decide_for_user(actor_with(user_catalogue(), home), resolve_settings({}, {}, faults=[]), what)
    return lambda: None


def check_name_is_known(path: str, name: str, text: str, option: str) -> None:
    """Raise TrackerError, with the nearest names, if a setting gets the name of an agent or model that nothing knows.

    ``option``: of the command, says that the name is a new one. Raises ConfigError for what is no name.
    """
    if name not in {"agent", "model"}:
        return
    setting_changes.checked_value(name, text, os.environ)  # what is no name at all is refused as such
    repository = find_repository(path)
    if repository is None:
        settings = resolve_settings({}, settings_outside(), faults=[])
        catalogue, ledger = user_catalogue(), Ledger(settings.ledger)
    else:
        project = open_project(repository, {}, in_hook=True)
        catalogue, ledger = project.catalogue, project.ledger
    if name == "agent":
        check_agent_is_known(catalogue, ledger, resolve_agent_name(text, catalogue)[0], option)
    else:
        check_model_is_known(ledger, text, option)


def change(path: str, name: str, text: str | None, *, for_user: bool) -> Sequence[str]:
    """Set a setting, or with None take it out; return the sentences that say so.

    ``for_user``: in the user's file instead of the repository's configuration. Raises TrackerError before anything is
    written.
    """
    repository = find_repository(path)
    if repository is None and not for_user:
        raise RepositoryError(
            f"{Path.cwd()} is not inside a git repository: --user changes the setting for all repositories."
        )
    value = None if text is None else setting_changes.checked_value(name, text, os.environ)
    if name == "size-limit" and text is not None:
        _check_size_limit(repository, text)
    note = check_speaker(repository, name)
    if for_user:
        file = user_file(repository, name)
        if value is None:
            is_changed = setting_changes.unset_in_file(file, name)
        else:
            setting_changes.set_in_file(file, name, value)
            is_changed = True
        where = str(file)
    else:
        assert repository is not None  # noqa: S101 - it was checked above
        if text is None:
            is_changed = setting_changes.unset_in_git(repository, name)
        else:
            setting_changes.set_in_git(repository, name, text)
            is_changed = True
        where = "the repository's git configuration"
    if repository is not None:
        note()
        _take_effect(repository)
    return [*_told(name, text, where, is_changed=is_changed), *_effect(repository, path, name, where)]


def _check_size_limit(repository: Repository | None, text: str) -> None:
    """Raise TrackerError for a limit that the ledger is larger than already."""
    outside = resolve_settings({}, settings_outside(), faults=[])
    ledger = open_project(repository, {}, in_hook=True).ledger if repository else Ledger(outside.ledger)
    size = 0 if ledger.is_new() else ledger.size()
    if size > setting_values.size_in_bytes(text, os.environ):
        raise TrackerError(f"the ledger takes {size_shown(size)} already: name a larger limit.")


def _told(name: str, text: str | None, where: str, *, is_changed: bool) -> list[str]:
    if text is not None:
        told = [f"{name} is set to {text} in {where}."]
        ledger = Path(text).expanduser() if name == "ledger" else None
        if ledger and ledger.is_absolute() and Ledger(ledger).is_new():
            told.append("There is no ledger at that place yet: 'agent-tracker sync' in a tracked repository begins it.")
        return told
    return [f"{name} is no longer set in {where}." if is_changed else f"{name} is not set in {where}: nothing changed."]


def _effect(repository: Repository | None, path: str, name: str, where: str) -> list[str]:
    """Return a sentence when another place decides what the setting is now."""
    fresh = None if repository is None else find_repository(path)  # a Repository reads the configuration once
    listing = list_settings(fresh, {})
    found = [one for one in listing.settings if one.name == name]
    if not found or found[0].origin.kind == DEFAULT or found[0].origin.where == where:
        return []
    one = found[0]
    is_ours = one.origin.kind == "git config --local" and where.startswith("the repository")
    return [] if is_ours else [f"{name} stays {one.value} here, since {one.origin.where or one.origin.kind} sets it."]


def _take_effect(repository: Repository) -> None:
    """Tell the hooks of a tracked repository of the settings that they read from files; a read-only one stays as is."""
    fresh = Repository.at_git_dir(repository.git_dir, repository.work_tree)
    project = open_project(fresh, {}, in_hook=True)
    if project.files.find_id() is None or project.setting_faults:
        return
    project.store_mode()
    project.store_agent_configured()
    if not project.settings.hints:
        with contextlib.suppress(OSError):
            project.files.push_hint.set_number(0)
