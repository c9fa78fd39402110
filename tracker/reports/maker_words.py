"""Words for the maker of a commit, as lists show them and filters take them. Pure."""

from typing import Final

from tracker.model import HUMAN
from tracker.records import CommitStanding

PERSON: Final = "person"
UNMARKED: Final = "unmarked"
"""A commit without any evidence, which may be an agent's too."""

UNMARKED_MAKER: Final = "human or unmarked"
"""The maker of commits without any evidence, as programs read it; the word stays as it is."""

PERSON_OR_UNMARKED: Final = "person or unmarked"
"""Makers of commits of people and of those without any evidence, where both are shown together."""


def maker_shown(standing: CommitStanding) -> str:
    """Return the agent's name as programs read it; ``UNMARKED_MAKER`` for a commit without any evidence."""
    return UNMARKED_MAKER if standing.agent == HUMAN and standing.confidence == "low" else standing.agent


def model_of(standing: CommitStanding) -> str | None:
    """Return the id of the model, empty for an agent's unknown one; None for a commit of nobody who has a model."""
    return standing.model_id or ("" if standing.kind == "agent" else None)


def maker_word(standing: CommitStanding) -> str:
    """Return the name of an agent or bot, else "person", or "unmarked" where there is no evidence."""
    if standing.agent != HUMAN:
        return standing.agent
    return UNMARKED if standing.confidence == "low" else PERSON


def maker_word_of(agent: str, maker: str) -> str:
    """Return the word of lists for a maker. ``maker``: as ``maker_shown`` returns it, of commits of ``agent``."""
    return UNMARKED if maker == UNMARKED_MAKER else PERSON if agent == HUMAN else maker


def summed_maker_word(maker: str, kind: str) -> str:
    """Return the word for the maker of a row of sums. ``maker``: as ``maker_shown`` returns it."""
    return UNMARKED if maker == UNMARKED_MAKER else PERSON if kind == "human" else maker


def maker_and_model(standing: CommitStanding) -> tuple[str, str, str | None]:
    """Return by what sums are kept apart: the kind of the maker, its name as it is shown, and the model's id."""
    return standing.kind, maker_shown(standing), standing.model_id
