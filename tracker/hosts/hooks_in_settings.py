"""Our hooks in the text of a host's settings: where they are, and how they are taken out. Pure."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.hosts.json_edits import JsonText
from tracker.hosts.json_places import Member, Value, content
from tracker.hosts.settings_files import Addition, is_ours

_HOOKS: Final = "hooks"


class Ours(NamedTuple):
    """A hook of ours. ``event``: the host's name of its event. ``element``: its number in the list of that event.

    ``hook``: its number in the element. ``holder``, ``member``: what is taken out to remove it: the element, or only
    the hook if the user has put others beside it.
    """

    event: str
    element: int
    hook: int
    holder: Value
    member: Member


def find_ours(text: JsonText, script: Path) -> list[Ours]:
    """Return our hooks in all lists, in the order of the text."""
    hooks = text.find((_HOOKS,))
    if hooks is None or hooks.kind != "object":
        return []
    return [
        one
        for events in hooks.members
        if events.value.kind == "array"
        for number, member in enumerate(events.value.members)
        for one in _in_element(text, events.key, number, events.value, member, script)
    ]


def _in_element(text: JsonText, event: str, number: int, holder: Value, member: Member, script: Path) -> list[Ours]:
    if is_ours(content(text.text, member.value), script):
        return [Ours(event, number, 0, holder, member)]
    inner = member.value.get(_HOOKS) if member.value.kind == "object" else None
    if inner is None or inner.kind != "array":
        return []
    return [
        Ours(event, number, place, inner, hook)
        for place, hook in enumerate(inner.members)
        if is_ours(content(text.text, hook.value), script)
    ]


def has_exactly(text: JsonText, wanted: Sequence[Addition], script: Path) -> bool:
    """Return True if our hooks in a text are those that are wanted, and no other ones."""
    found = _elements(text, script)
    missing = [(one.path, one.element) for one in wanted]
    for one in found:
        if one not in missing:
            return False
        missing.remove(one)
    return not missing


def keep_only(text: JsonText, wanted: Sequence[Addition], script: Path) -> list[Addition]:
    """Take out our hooks that are not wanted, or are there twice; return what is wanted and missing."""
    elements = [(one.path, one.element) for one in wanted]
    for last in range(len(find_ours(text, script)) - 1, -1, -1):
        found, there = find_ours(text, script), _elements(text, script)
        if there[last] not in elements or there[last] in there[:last]:
            text.remove(found[last].holder, found[last].member)
    there = _elements(text, script)
    return [one for one in wanted if (one.path, one.element) not in there]


def _elements(text: JsonText, script: Path) -> list[tuple[tuple[str, ...], object]]:
    """Return the path of the list and the content of each of our hooks."""
    return [((_HOOKS, one.event), content(text.text, one.member.value)) for one in find_ours(text, script)]


def made_lists(text: JsonText, wanted: Sequence[Addition]) -> tuple[str, ...]:
    """Return the keys of the lists that additions make; an empty one too if what holds the lists is made."""
    missing = [one.path[1] for one in wanted if text.find(one.path) is None]
    return (*dict.fromkeys(missing), *(("",) if text.find((_HOOKS,)) is None else ()))


def remove_ours(text: JsonText, script: Path, made: Collection[str] | None) -> bool:
    """Take our hooks out, with what we made for them if it is empty then; return True if there was any.

    ``made``: as ``made_lists`` returned it; None if that is not known any more. What has a comment inside stays.
    """
    events = list(dict.fromkeys(one.event for one in find_ours(text, script)))
    while found := find_ours(text, script):
        text.remove(found[-1].holder, found[-1].member)
    for key in [*events, ""] if events else []:
        path = (_HOOKS, key) if key else (_HOOKS,)
        value, around = text.find(path), text.find(path[:-1])
        is_made = made is None or key in made
        if is_made and value is not None and around is not None and _is_blank(text, value):
            text.remove(around, next(one for one in around.members if one.value == value))
    return bool(events)


def _is_blank(text: JsonText, value: Value) -> bool:
    return not text.text[value.start + 1 : value.end - 1].strip()
