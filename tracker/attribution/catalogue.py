"""The catalogue of agents and bots, with the look-ups that attribution makes in it. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal, NamedTuple

from tracker.attribution.catalogue_types import (
    AddressRule,
    Agent,
    BranchRule,
    LineRule,
    PatternRule,
    ProcessRule,
    TrailerRule,
)
from tracker.lazy_regex import LazyRegex
from tracker.model import HUMAN, UNKNOWN_AGENT, Confidence

LONGEST_NAME: Final = 300
"""Characters read of a name, an address or a trailer's value; the text that identifies an agent is shorter."""

_ALIAS: Final = LazyRegex(r"([a-z][a-z0-9.+-]*?)(?:-v?\d+(?:[.-]\d+)+(?:-[a-z]+)*)?(?:-agent)?\Z")
_ACCOUNT: Final = LazyRegex(r"(?:\d+\+)?([a-z0-9][\w.-]*)(?:\[bot\])?@users\.noreply\.", re.ASCII)
"""The address that a host gives to an account; group 1: the account's name, in lower case."""
_LONGEST_OWN_NAME: Final = 50
_MOST_REMEMBERED: Final = 10_000
"""Identities kept in memory; a history repeats few authors."""

IdentityField = Literal["author", "trailer"]
"""The place of a name and address: the author or committer line, or a trailer such as ``Co-authored-by``."""


class Identity(NamedTuple):
    """The agent that a name and address belong to, and the rule that matched."""

    agent: Agent
    rule: AddressRule | PatternRule

    def confidence(self, time: int) -> Confidence:
        """Return the confidence for a commit of a time, in seconds since the epoch."""
        doubtful = self.rule.doubtful if isinstance(self.rule, AddressRule) else None
        return "low" if doubtful and doubtful[0] <= time <= doubtful[1] else self.rule.confidence


class Catalogue:
    """All agents and bots, in the order in which their rules are tried: by rank, then by name."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self.agents: Final = tuple(sorted(agents, key=lambda agent: (agent.rank, agent.name)))
        self.by_name: Final[Mapping[str, Agent]] = {agent.name: agent for agent in self.agents}
        self._identities: dict[tuple[str, str, IdentityField], Identity | None] = {}

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def __len__(self) -> int:
        return len(self.agents)

    def agent_by_alias(self, text: str) -> Agent | None:
        """Return the agent with a name or alias, in any case, with or without a version behind it."""
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
        """All names and aliases, without versions."""
        return self._aliases.keys()

    @cached_property
    def trailers(self) -> Mapping[str, Sequence[tuple[Agent, TrailerRule]]]:
        """The trailer rules, by key."""
        found: dict[str, list[tuple[Agent, TrailerRule]]] = {}
        for agent in self.agents:
            for rule in agent.trailers:
                found.setdefault(rule.key, []).append((agent, rule))
        return found

    @cached_property
    def lines(self) -> Sequence[tuple[Agent, LineRule]]:
        """The rules for lines of a message."""
        return [(agent, rule) for agent in self.agents for rule in agent.lines]

    def agent_by_process(self, pattern: str) -> tuple[Agent, ProcessRule] | None:
        """Return the agent and the process rule with a pattern."""
        return self._processes.get(pattern)

    @cached_property
    def _processes(self) -> dict[str, tuple[Agent, ProcessRule]]:
        return {rule.pattern: (agent, rule) for agent in reversed(self.agents) for rule in agent.processes}

    def agent_by_branch(self, name: str) -> tuple[Agent, BranchRule] | None:
        """Return the agent whose rule a branch's name matches; expressions go first, then the longest prefix."""
        for agent, rule, matches in self._branch_rules:
            if matches is not None and matches(name[:LONGEST_NAME]):
                return agent, rule
            if rule.prefix is not None and name.startswith(rule.prefix):
                return agent, rule
        return None

    @cached_property
    def _branch_rules(self) -> list[tuple[Agent, BranchRule, Callable[[str], object] | None]]:
        rules = [(agent, rule) for agent in self.agents for rule in agent.branches]
        rules.sort(key=lambda one: (one[1].pattern is None, -len(one[1].prefix or "")))
        return [
            (agent, rule, re.compile(rule.pattern, re.IGNORECASE).match if rule.pattern is not None else None)
            for agent, rule in rules
        ]

    def identify(self, name: str, email: str, field: IdentityField) -> Identity | None:
        """Return the identity of a name and address.

        For an author the rules for the whole line go before the rules for addresses, if they are not of low confidence;
        for a trailer it is the reverse.
        """
        # Some tools put quotes around the address.
        key = name[:LONGEST_NAME], email[:LONGEST_NAME].strip("\"'\\ "), field
        if key not in self._identities:
            if len(self._identities) >= _MOST_REMEMBERED:
                self._identities.clear()
            self._identities[key] = self._identify(*key)
        return self._identities[key]

    def _identify(self, name: str, email: str, field: IdentityField) -> Identity | None:
        written, addressed = self._by_pattern(name, email), self._by_address(name, email)
        goes_first = written is not None and field == "author" and written.rule.confidence != "low"
        found = written if goes_first else addressed or written
        if found is not None and found.agent.own_names:
            return found._replace(agent=found.agent._replace(name=self._own_name(found.agent.name, name, email)))
        return found

    def _own_name(self, entry: str, name: str, email: str) -> str:
        """Return the name of a bot by its account, else by its display name; never that of another entry."""
        account = _ACCOUNT.match(email.lower())
        slug = re.sub(r"[^a-z0-9.+-]+", "-", account[1] if account else name.lower().replace("[bot]", ""))
        slug = slug.strip("-.+")[:_LONGEST_OWN_NAME]
        return f"{slug}-bot" if slug in self._aliases or slug in {HUMAN, UNKNOWN_AGENT} else slug or entry

    def _by_pattern(self, name: str, email: str) -> Identity | None:
        line = f"{name} <{email}>"
        lower = line.lower()
        for agent in self.agents:
            for rule in agent.authors:
                if rule.contains in lower and re.search(rule.pattern, line, re.IGNORECASE):
                    return Identity(agent, rule)
        return None

    def _by_address(self, name: str, email: str) -> Identity | None:
        address = email.strip().lower()
        for agent, rule in (*self._exact_addresses.get(address, ()), *self._address_endings):
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
    def _address_endings(self) -> Sequence[tuple[Agent, AddressRule]]:
        return [(agent, rule) for agent in self.agents for rule in agent.addresses if rule.email.startswith("*")]
