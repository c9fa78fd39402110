"""Who made a commit: a pure function of the commit, what the hooks saw, and the catalogue of agents.

Attribution is no authentication: every sign can be made by hand. Addresses and marks decide, names alone never do,
and where nothing is known the answer is a human of low confidence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.model import CONFIDENCES, HUMAN, UNKNOWN_AGENT, Attribution, Commit, Confidence, Evidence, Kind

OWN_VARIABLES: Final = ("AGENT_TRACKER_AGENT", "AGENT_TRACKER_MODEL", "AGENT_TRACKER_SESSION")
NAMING_VARIABLES: Final = ("AI_AGENT", "AGENT")
"""Vendor-neutral variables whose value names the agent; an unknown AGENT is a bare word and says nothing."""

_MOST_EVIDENCE: Final = 24
_LONGEST_LINE: Final = 2000
_LONGEST_VALUE: Final = 200
_SCANNED: Final = 1 << 16
"""Characters looked at from each end of a message: marks stand at its ends."""

_FALSY: Final = frozenset({"", "0", "false", "no"})
_TRUTHY: Final = frozenset({"1", "true", "yes"})
_ALIAS: Final = re.compile(r"([a-z][a-z0-9.+-]*?)(?:-v?\d+(?:[.-]\d+)*(?:-[a-z]+)*)?\Z")
_IDENTITY: Final = re.compile(
    r"[ \t]{0,3}(co-authored-by|co-developed-by|assisted-by|generated-by|authored-by|ai-assisted-by|ai-generated-by)"
    r"[ \t]*:[ \t]*(.+)",
    re.IGNORECASE,
)
_NAME_AND_ADDRESS: Final = re.compile(r"([^<>]*)<([^<>]+)>")
_AGENT_AND_MODEL: Final = re.compile(r"([A-Za-z][\w.+ -]*?):[ \t]*\[?([^\s\[\]<#][^\[\]<#\s]*)\]?")
_CONTEXT: Final = re.compile(r"\s*\(\d+(?:\.\d+)?[MK](?: token)? context(?: window)?\)\s*\Z", re.IGNORECASE)
_NO_MODELS: Final = frozenset({"", "claude", "auto", "unknown", "ai assistant", "model_version", "default"})

_STRENGTH: Final = {
    "user": 90, "environment": 80, "config": 70, "author": 60, "trailer": 50, "co-author": 40, "committer": 20,
    "terminal": 10,
}  # fmt: skip
"""Which signal wins. Capture time beats history, the author beats marks in the message, marks beat co-authors."""


class EnvironmentRule(NamedTuple):
    """A variable that an agent sets; ``equals`` None takes any value that is not falsy."""

    variable: str
    equals: str | None
    confidence: Confidence


class SharedAddress(NamedTuple):
    """An address that several products use: the display name must match too."""

    email: str
    name: re.Pattern[str]


class Agent(NamedTuple):
    """One catalogue entry (see catalogue.toml for what the fields mean)."""

    name: str
    display: str
    kind: Kind
    rank: int
    environment: tuple[EnvironmentRule, ...]
    sessions: tuple[str, ...]
    emails: tuple[str, ...]
    shared_emails: tuple[SharedAddress, ...]
    authors: tuple[re.Pattern[str], ...]
    bare_names: tuple[re.Pattern[str], ...]
    trailers: tuple[re.Pattern[str], ...]
    name_models: tuple[re.Pattern[str], ...]
    aliases: tuple[str, ...]
    committer_only_human: bool


Catalogue = tuple[Agent, ...]


def environment_names(catalogue: Catalogue) -> tuple[str, ...]:
    """The variables that a hook may look at, sorted: everything else stays unread."""
    names = {*OWN_VARIABLES, *NAMING_VARIABLES}
    for agent in catalogue:
        names.update(rule.variable for rule in agent.environment)
        names.update(agent.sessions)
    return tuple(sorted(names))


# -- evidence ----------------------------------------------------------------------------------------------------


def evidence_from_environment(
    environment: Mapping[str, str], catalogue: Catalogue, *, terminal: bool
) -> list[Evidence]:
    """What the variables around a commit say.

    An agent's variable reaches every descendant for ever, so one that is seen together with a person's terminal is
    believed less. Without any agent a terminal speaks for a person.
    """
    found = list(_from_own_variables(environment, catalogue))
    found += _from_naming_variables(environment, catalogue)
    found += _from_agent_variables(environment, catalogue)
    if terminal:
        found = [
            one._replace(confidence="medium") if one.signal == "environment" and one.confidence == "high" else one
            for one in found
        ]
        if not any(one.agent for one in found):
            found.append(Evidence("terminal", "stderr", "", HUMAN, "human", None, "high"))
    return found


def names_an_agent(evidence: Iterable[Evidence]) -> bool:
    """Whether the environment around an event said who works there; a bare terminal does not."""
    return any(one.agent for one in evidence if one.signal in {"user", "environment"})


def _from_own_variables(environment: Mapping[str, str], catalogue: Catalogue) -> Iterator[Evidence]:
    name = _shown(environment.get("AGENT_TRACKER_AGENT", ""))
    model = model_name(environment.get("AGENT_TRACKER_MODEL", ""))
    if name:
        agent, kind = _named(name, catalogue)
        yield Evidence("user", "AGENT_TRACKER_AGENT", name, agent, kind, model, "high")
    elif model:
        yield Evidence("user", "AGENT_TRACKER_MODEL", model, None, "agent", model, "high")


def _named(text: str, catalogue: Catalogue) -> tuple[str, Kind]:
    """The agent that the user means: one of the catalogue by any of its names, or a name of the user's own."""
    found = _by_alias(text, catalogue)
    if found is not None:
        return found.name, found.kind
    slug = re.sub(r"[\s_]+", "-", text.strip().lower())[:64]
    return (HUMAN, "human") if slug == HUMAN else (slug, "agent")


def _from_naming_variables(environment: Mapping[str, str], catalogue: Catalogue) -> Iterator[Evidence]:
    for variable in NAMING_VARIABLES:
        value = environment.get(variable, "")
        if value.lower() in _FALSY:
            continue
        agent = _by_alias(value, catalogue)
        if agent is not None:
            yield Evidence("environment", variable, _shown(value), agent.name, agent.kind, None, "high")
        elif variable == "AI_AGENT" or value.lower() in _TRUTHY:
            confidence: Confidence = "high" if variable == "AI_AGENT" else "medium"
            yield Evidence("environment", variable, _shown(value), UNKNOWN_AGENT, "agent", None, confidence)


def _from_agent_variables(environment: Mapping[str, str], catalogue: Catalogue) -> Iterator[Evidence]:
    for agent in catalogue:
        for rule in agent.environment:
            value = environment.get(rule.variable, "")
            matches = value == rule.equals if rule.equals is not None else value.lower() not in _FALSY
            if matches and rule.confidence != "low":
                name = f"{agent.rank:03d} {rule.variable}"
                yield Evidence("environment", name, _shown(value), agent.name, agent.kind, None, rule.confidence)


def evidence_from_config(agent: str | None, model: str | None) -> list[Evidence]:
    """What the repository's own configuration says of who works in it."""
    if agent is None and model is None:
        return []
    kind: Kind = "human" if agent == HUMAN else "agent"
    return [Evidence("config", "agent-tracker.agent", agent or "", agent, kind, model, "medium")]


def evidence_from_commit(commit: Commit, catalogue: Catalogue) -> list[Evidence]:
    """What the commit itself says: its author, marks in the message, co-authors, its committer."""
    found: list[Evidence] = []
    author = _by_identity(commit.author.name, commit.author.email, catalogue, as_author=True)
    if author is not None:
        model = _model_in_name(author, commit.author.name)
        value = _shown(f"{commit.author.name} <{commit.author.email}>")
        found.append(Evidence("author", "author", value, author.name, author.kind, model, "high"))
    found += _from_message(commit.message, catalogue)
    committer = _by_identity(commit.committer.name, commit.committer.email, catalogue, as_author=True)
    if committer is not None and committer is not author and not committer.committer_only_human:
        value = _shown(f"{commit.committer.name} <{commit.committer.email}>")
        found.append(Evidence("committer", "committer", value, committer.name, committer.kind, None, "low"))
    return found


def _from_message(message: str, catalogue: Catalogue) -> Iterator[Evidence]:
    for number, line in enumerate(_lines(message)):
        if line.startswith((">", "    ", "\t")):
            continue  # quoted from elsewhere
        for agent in catalogue:
            for pattern in agent.trailers:
                match = pattern.search(line)
                if match:
                    model = model_name(match.groupdict().get("model") or "")
                    yield Evidence("trailer", f"{number:04d}", _shown(line), agent.name, agent.kind, model, "high")
        identity = _IDENTITY.match(line)
        if identity:
            evidence = _from_identity(f"{number:04d} {identity[1].lower()}", identity[2].strip(), catalogue)
            if evidence is not None:
                yield evidence


def _from_identity(name: str, value: str, catalogue: Catalogue) -> Evidence | None:
    """What a ``Co-authored-by`` or its like says: an address, an agent with its model, or a listed bare name.

    A bot as co-author means that somebody took its suggestion; the commit is still theirs.
    """
    addressed = _NAME_AND_ADDRESS.match(value)
    if addressed:
        agent = _by_identity(addressed[1].strip(), addressed[2].strip(), catalogue, as_author=False)
        if agent is None or agent.kind == "bot":
            return None
        model = _model_in_name(agent, addressed[1].strip())
        return Evidence("co-author", name, _shown(value), agent.name, agent.kind, model, "high")
    pair = _AGENT_AND_MODEL.match(value)
    if pair:
        agent = _by_alias(pair[1], catalogue)
        if agent is not None:
            return Evidence("trailer", name, _shown(value), agent.name, agent.kind, model_name(pair[2]), "high")
    for agent in catalogue:
        if agent.kind == "agent" and any(pattern.fullmatch(value) for pattern in agent.bare_names):
            model = _model_in_name(agent, value)
            return Evidence("co-author", name, _shown(value), agent.name, agent.kind, model, "medium")
    return None


def _lines(message: str) -> Iterator[str]:
    text = message.replace("\r\n", "\n")
    if len(text) > 2 * _SCANNED:
        text = f"{text[:_SCANNED]}\n{text[-_SCANNED:]}"
    return (line[:_LONGEST_LINE] for line in text.split("\n"))


def _by_alias(text: str, catalogue: Catalogue) -> Agent | None:
    slug = re.sub(r"[\s_]+", "-", text[:_LONGEST_VALUE].strip().lower()).split("@", 1)[0]
    match = _ALIAS.match(slug)
    names = {slug, match[1] if match else slug, slug.removesuffix("-agent")}
    return next((agent for agent in catalogue if names & {agent.name, *agent.aliases}), None)


def _by_identity(name: str, email: str, catalogue: Catalogue, *, as_author: bool) -> Agent | None:
    """The agent behind a name and address. As author its own marks come first, as co-author its addresses."""
    whole, address = f"{name} <{email}>"[:_LONGEST_LINE], email.lower()

    def by_mark(agent: Agent) -> bool:
        return any(pattern.search(whole) for pattern in agent.authors)

    def by_address(agent: Agent) -> bool:
        return any(_address_matches(address, rule) for rule in agent.emails) or any(
            rule.email.lower() == address and rule.name.search(name) for rule in agent.shared_emails
        )

    order = (by_mark, by_address) if as_author else (by_address, by_mark)
    return next((agent for matches in order for agent in catalogue if matches(agent)), None)


def _address_matches(address: str, rule: str) -> bool:
    lowered = rule.lower()
    return address.endswith(lowered[1:]) if lowered.startswith("*") else address == lowered


def _model_in_name(agent: Agent, name: str) -> str | None:
    for pattern in agent.name_models:
        match = pattern.search(_CONTEXT.sub("", name[:_LONGEST_VALUE]))
        if match:
            return model_name(match["model"])
    return None


def model_name(text: str) -> str | None:
    """A model's name as it is kept: one line, without its context window; None for what is no model."""
    name = _CONTEXT.sub("", _shown(text)).strip()
    return None if name.lower() in _NO_MODELS else name


def _shown(text: str) -> str:
    """One line of printable text, cut to what a record keeps."""
    return "".join(character for character in text[:_LONGEST_VALUE] if character.isprintable()).strip()


# -- verdict -----------------------------------------------------------------------------------------------------


def _strength(evidence: Evidence) -> tuple[int, int, str, str, str, str]:
    """Ascending in strength with the smallest first: signal, own before inherited, confidence, then first in order."""
    base = _STRENGTH.get(evidence.signal, 0) - (5 if evidence.inherited else 0)
    return (
        -base,
        -CONFIDENCES.index(evidence.confidence),
        evidence.name,
        evidence.agent or "",
        evidence.value,
        evidence.model or "",
    )


def combine(old: Iterable[Evidence], new: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Both, without duplicates, strongest first; the weakest are left out where there are too many.

    What a commit knows itself is not also kept as inherited, and is never pushed out by that. Commutative, associative
    and idempotent.
    """
    union = {*old, *new}
    own = sorted((one for one in union if not one.inherited), key=_strength)[:_MOST_EVIDENCE]
    others = {one for one in union if one.inherited and one._replace(inherited=False) not in union}
    return tuple(sorted([*own, *sorted(others, key=_strength)[:_MOST_EVIDENCE]], key=_strength))


def attribute(evidence: Sequence[Evidence]) -> Attribution:
    """Who made the commit, by the strongest evidence; the same whatever order the evidence is in."""
    ordered = sorted(evidence, key=_strength)
    naming = [one for one in ordered if one.agent]
    if not naming:
        model = next((one.model for one in ordered if one.model), None)
        return Attribution(HUMAN, "human", None, "low", "none") if model is None else _unnamed(model)
    winner = naming[0]
    agent = winner.agent or HUMAN
    models = [one.model for one in (winner, *naming) if one.agent == agent and one.model]
    models += [one.model for one in ordered if one.agent is None and one.model and winner.kind == "agent"]
    also = sorted({one.agent for one in naming if one.agent and one.agent not in {agent, HUMAN}})
    return Attribution(agent, winner.kind, models[0] if models else None, winner.confidence, winner.signal, tuple(also))


def _unnamed(model: str) -> Attribution:
    """A model was named and no agent: surely an agent, which one is not known."""
    return Attribution(UNKNOWN_AGENT, "agent", model, "medium", "user")
