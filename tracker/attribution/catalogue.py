"""The catalogue of agents and bots as types, with the look-ups that attribution makes in it.

Pure. ``catalogue.toml`` says what each field means; ``tracker.catalogue`` reads it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from tracker.model import Confidence, Kind

LONGEST_NAME: Final = 300
"""Characters of a name, an address or a trailer's value that are looked at; what identifies an agent is shorter."""

_ALIAS: Final = re.compile(r"([a-z][a-z0-9.+-]*?)(?:-v?\d+(?:[.-]\d+)+(?:-[a-z]+)*)?(?:-agent)?\Z")
_MOST_REMEMBERED: Final = 10_000


class VariableRule(NamedTuple):
    """A variable that an agent sets. Without ``equals`` or ``contains`` any value counts that does not say no."""

    name: str
    equals: str | None
    contains: str | None
    confidence: Confidence


class Combination(NamedTuple):
    """Variables that say nothing one by one and name an agent together."""

    variables: tuple[VariableRule, ...]
    confidence: Confidence


class ProcessRule(NamedTuple):
    """A process that the commit descends from: its name, or a shell pattern for its whole command line.

    The command line is matched without what separates its words, which a shell cannot read. ``low``: the name is a
    common word, and needs another sign of the agent. A ``file`` stands for the agent where only its machine has it.
    """

    pattern: str
    how: Literal["name", "command", "file"]
    confidence: Confidence


class AddressRule(NamedTuple):
    """An address; a leading ``*`` matches any beginning. ``name``: what the display name must match as well.

    ``doubtful``: first and last moment, in seconds, between which the address was written on commits of others.
    """

    email: str
    name: str | None
    confidence: Confidence
    doubtful: tuple[int, int] | None


class PatternRule(NamedTuple):
    """An expression for ``Name <address>`` of an author, or for a whole name without an address."""

    pattern: str
    confidence: Confidence


class TrailerRule(NamedTuple):
    """A trailer (git-interpret-trailers(1)): its key in lower case, and an expression that its value begins with."""

    key: str
    value: str
    confidence: Confidence


class LineRule(NamedTuple):
    """An expression for a line of a message, or for its ``subject`` alone.

    ``contains`` is lower-case text without which it cannot match.
    """

    contains: str
    pattern: str
    confidence: Confidence
    subject: bool


class BranchRule(NamedTuple):
    """How the name of a branch begins: as a text, or as an expression."""

    prefix: str | None
    pattern: str | None
    confidence: Confidence


class Agent(NamedTuple):
    """One entry of the catalogue (catalogue.toml tells what the fields mean)."""

    name: str
    display: str
    kind: Kind
    role: str
    family: str
    rank: int
    aliases: tuple[str, ...] = ()
    wraps: tuple[str, ...] = ()
    variables: tuple[VariableRule, ...] = ()
    combinations: tuple[Combination, ...] = ()
    sessions: tuple[str, ...] = ()
    version_variables: tuple[str, ...] = ()
    processes: tuple[ProcessRule, ...] = ()
    addresses: tuple[AddressRule, ...] = ()
    authors: tuple[PatternRule, ...] = ()
    names: tuple[PatternRule, ...] = ()
    trailers: tuple[TrailerRule, ...] = ()
    lines: tuple[LineRule, ...] = ()
    branches: tuple[BranchRule, ...] = ()
    models: tuple[str, ...] = ()
    model_vendors: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    committer_only_human: bool = False
    extends: bool = False

    def extended(self, own: "Agent") -> "Agent":
        """The same entry with the rules of another one before its own."""
        values: list[Any] = []
        for value, added in zip(self, own, strict=True):
            values.append((*added, *value) if isinstance(value, tuple) and isinstance(added, tuple) else value)
        return Agent(*values)

    @property
    def marks_environment(self) -> bool:
        """Whether the commands that it runs can tell it by a variable."""
        return any(rule.confidence != "low" for rule in self.variables)


class Identity(NamedTuple):
    """Whose a name and address are, and by which rule."""

    agent: Agent
    rule: AddressRule | PatternRule

    def confidence(self, time: int) -> Confidence:
        """How sure that is of a commit of some moment, in seconds."""
        doubtful = self.rule.doubtful if isinstance(self.rule, AddressRule) else None
        return "low" if doubtful and doubtful[0] <= time <= doubtful[1] else self.rule.confidence


Place = Literal["author", "trailer"]


class Catalogue:
    """All agents and bots, those first that are asked first."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self.agents: Final = tuple(sorted(agents, key=lambda agent: (agent.rank, agent.name)))
        self.by_name: Final[Mapping[str, Agent]] = {agent.name: agent for agent in self.agents}
        self._identities: dict[tuple[str, str, Place], Identity | None] = {}

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def __len__(self) -> int:
        return len(self.agents)

    def named(self, text: str) -> Agent | None:
        """The agent that goes by a name: its own or an alias, in any case, with or without a version behind it."""
        slug = re.sub(r"[\s_]+", "-", text[:LONGEST_NAME].strip().lower()).split("@", 1)[0]
        match = _ALIAS.match(slug)
        return self._aliases.get(slug) or (self._aliases.get(match[1]) if match else None)

    @cached_property
    def _aliases(self) -> dict[str, Agent]:
        found: dict[str, Agent] = {}
        for agent in self.agents:
            for alias in (agent.name, *agent.aliases):
                found.setdefault(alias, agent)
        return found

    @property
    def aliases(self) -> Iterable[str]:
        """Every name that ``named`` knows."""
        return self._aliases.keys()

    @cached_property
    def trailers(self) -> Mapping[str, Sequence[tuple[Agent, TrailerRule]]]:
        """The trailer rules by key."""
        found: dict[str, list[tuple[Agent, TrailerRule]]] = {}
        for agent in self.agents:
            for rule in agent.trailers:
                found.setdefault(rule.key, []).append((agent, rule))
        return found

    @cached_property
    def lines(self) -> Sequence[tuple[Agent, LineRule]]:
        """The rules for lines of a message."""
        return [(agent, rule) for agent in self.agents for rule in agent.lines]

    def process(self, pattern: str) -> tuple[Agent, ProcessRule] | None:
        """The agent that a process rule stands for, and the rule, by its pattern."""
        return self._processes.get(pattern)

    @cached_property
    def _processes(self) -> dict[str, tuple[Agent, ProcessRule]]:
        return {rule.pattern: (agent, rule) for agent in reversed(self.agents) for rule in agent.processes}

    def branch(self, name: str) -> tuple[Agent, BranchRule] | None:
        """The agent that names its branches so; expressions are tried before plain beginnings, longer ones first."""
        rules = [(agent, rule) for agent in self.agents for rule in agent.branches]
        for agent, rule in sorted(rules, key=lambda one: (one[1].pattern is None, -len(one[1].prefix or ""))):
            if rule.pattern is not None and re.match(rule.pattern, name[:LONGEST_NAME], re.IGNORECASE):
                return agent, rule
            if rule.prefix is not None and name.startswith(rule.prefix):
                return agent, rule
        return None

    def identity(self, name: str, email: str, place: Place) -> Identity | None:
        """Whose a name and address are. Of an author the whole line decides first, in a trailer the address."""
        # Some tools quote the address once more.
        key = name[:LONGEST_NAME], email[:LONGEST_NAME].strip("\"'\\ "), place
        if key not in self._identities:
            if len(self._identities) >= _MOST_REMEMBERED:
                self._identities.clear()
            self._identities[key] = self._identify(*key)
        return self._identities[key]

    def _identify(self, name: str, email: str, place: Place) -> Identity | None:
        order = (self._by_pattern, self._by_address) if place == "author" else (self._by_address, self._by_pattern)
        found = (identity for way in order if (identity := way(name, email)) is not None)
        return next(found, None)

    def _by_pattern(self, name: str, email: str) -> Identity | None:
        whole = f"{name} <{email}>"
        return next(
            (
                Identity(agent, rule)
                for agent in self.agents
                for rule in agent.authors
                if re.search(rule.pattern, whole, re.IGNORECASE)
            ),
            None,
        )

    def _by_address(self, name: str, email: str) -> Identity | None:
        address = email.strip().lower()
        for agent, rule in (*self._exact_addresses.get(address, ()), *self._endings):
            if rule.email.startswith("*") and not address.endswith(rule.email[1:].lower()):
                continue
            if rule.name is None or re.search(rule.name, name, re.IGNORECASE):
                return Identity(agent, rule)
        return None

    @cached_property
    def _exact_addresses(self) -> dict[str, list[tuple[Agent, AddressRule]]]:
        found: dict[str, list[tuple[Agent, AddressRule]]] = {}
        for agent in self.agents:
            for rule in agent.addresses:
                if not rule.email.startswith("*"):
                    found.setdefault(rule.email.lower(), []).append((agent, rule))
        return found

    @cached_property
    def _endings(self) -> Sequence[tuple[Agent, AddressRule]]:
        return [(agent, rule) for agent in self.agents for rule in agent.addresses if rule.email.startswith("*")]
