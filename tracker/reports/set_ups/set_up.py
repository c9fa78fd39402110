"""A set-up: what the user can choose between, by agent and model, or by only one of them, version or instructions."""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

from tracker.attribution.model_names import model_shown
from tracker.model import HUMAN, UNKNOWN_AGENT, Kind
from tracker.reports.maker_words import PERSON_OR_UNMARKED
from tracker.text import printable

By = Literal["set-up", "agent", "model", "version", "instructions"]
"""Sorts of set-ups: agent and model; only one of them; agent and its version; agent and its instruction files."""

SORTS: Final[tuple[By, ...]] = get_args(By)


class Variant(NamedTuple):
    """Everything that the ledger knows of the set-up of a commit. ``instructions``: digest of the agent's files."""

    agent: str
    kind: Kind
    model: str | None
    version: str | None
    instructions: str | None


class SetUp(NamedTuple):
    """One set-up. ``parts``: the agent and what else is told apart, as they are shown; ``is_agent``: not of people."""

    parts: tuple[str, ...]
    is_agent: bool

    @property
    def name(self) -> str:
        """The set-up in a sentence, as "claude-code with claude-opus-4.7"; unique among set-ups of one sort."""
        first, *others = self.parts
        return f"{first} with {others[0]}" if others else first


def set_up_of(variant: Variant, by: By) -> SetUp:
    """Return the set-up of a variant. What is not known is said to be unknown, and is a set-up of its own."""
    is_agent = variant.kind == "agent" and variant.agent not in {HUMAN, UNKNOWN_AGENT}
    agent = _agent_shown(variant)
    if by == "set-up" and variant.agent == UNKNOWN_AGENT and variant.model:
        return SetUp((agent, model_shown(variant.model)), is_agent)
    if not is_agent or by == "agent":
        return SetUp((agent,), is_agent)
    if by == "model":
        return SetUp((_model_shown(variant.model),), is_agent)
    if by == "version":
        return SetUp(
            (agent, f"version {printable(variant.version)}" if variant.version else "unknown version"), is_agent
        )
    if by == "instructions":
        digest = variant.instructions
        return SetUp((agent, f"instructions {digest[:8]}" if digest else "no instruction files"), is_agent)
    return SetUp((agent, _model_shown(variant.model)), is_agent)


def _agent_shown(variant: Variant) -> str:
    return PERSON_OR_UNMARKED if variant.agent == HUMAN else printable(variant.agent)


def _model_shown(model: str | None) -> str:
    return model_shown(model) if model else "unknown model"


def chosen(set_ups: Iterable[SetUp], text: str) -> list[SetUp]:
    """Return the set-ups that a user's text names: one exactly, else all that have each of its words."""
    known = [*set_ups]
    words = text.lower().replace("·", " ").split()
    exact = [one for one in known if text in {one.name, " ".join(one.parts)}]
    return exact or [one for one in known if all(word in " ".join(one.parts).lower() for word in words)]
