"""The catalogue's types: an agent or bot, and the rules that recognise it.

Pure. ``catalogue.toml`` explains each field; ``catalogue_entry`` and ``catalogue_rules`` parse them from TOML.
"""

from typing import Any, Literal, NamedTuple

from tracker.model import Confidence, Kind


class VariableRule(NamedTuple):
    """An environment variable that an agent sets for the commands it runs.

    With ``equals`` or ``contains`` only such values match. Without them every value matches but the empty one, 0, false
    and no.
    """

    name: str
    equals: str | None
    contains: str | None
    confidence: Confidence


class Combination(NamedTuple):
    """Several variables that name an agent only when all of them match."""

    variables: tuple[VariableRule, ...]
    confidence: Confidence


class ProcessRule(NamedTuple):
    """A process that the hook descends from, or a file that exists only on an agent's machines.

    ``match_by`` says what ``pattern`` is compared with: the process's ``name``; its whole ``command`` line, as a shell
    pattern, without the null bytes between arguments (a shell cannot read them); or a ``file``, which names the agent
    when it exists. ``low`` confidence: the name is a common word, and the rule needs other evidence of the same agent.
    """

    pattern: str
    match_by: Literal["name", "command", "file"]
    confidence: Confidence


class AddressRule(NamedTuple):
    """An email address; a leading ``*`` matches any beginning.

    ``name``: an expression that the display name must match as well. ``doubtful``: first and last second (since the
    epoch) of a period in which the address was also written on commits of others.
    """

    email: str
    name: str | None
    confidence: Confidence
    doubtful: tuple[int, int] | None


class PatternRule(NamedTuple):
    """An expression for an author's ``Name <address>``, or for a whole name without an address.

    ``contains``: lower-case text without which the expression cannot match (``required_text``). ``beside``: an
    expression that must be found in the rest of the message too; None for a name that needs none.
    """

    pattern: str
    confidence: Confidence
    contains: str
    beside: str | None = None


class TrailerRule(NamedTuple):
    """A trailer (git-interpret-trailers(1)): its key in lower case, and an expression that its value begins with."""

    key: str
    value: str
    confidence: Confidence


class LineRule(NamedTuple):
    """An expression for a line of a message, or for the ``subject`` alone.

    ``contains``: lower-case text without which the expression cannot match.
    """

    contains: str
    pattern: str
    confidence: Confidence
    subject: bool


class BranchRule(NamedTuple):
    """The beginning of a branch's name, as plain text or as an expression."""

    prefix: str | None
    pattern: str | None
    confidence: Confidence


class Agent(NamedTuple):
    """One entry of the catalogue: an agent, a bot or ``human``. ``catalogue.toml`` explains the fields."""

    name: str
    kind: Kind
    family: str
    rank: int
    aliases: tuple[str, ...] = ()
    wraps: tuple[str, ...] = ()
    variables: tuple[VariableRule, ...] = ()
    combinations: tuple[Combination, ...] = ()
    sessions: tuple[str, ...] = ()
    version_variables: tuple[str, ...] = ()
    model_variables: tuple[str, ...] = ()
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
    own_names: bool = False
    common_word: bool = False

    def extended(self, added: "Agent") -> "Agent":
        """Return this entry with the rules of another one before its own."""
        values: list[Any] = []
        for value, before in zip(self, added, strict=True):
            values.append((*before, *value) if isinstance(value, tuple) and isinstance(before, tuple) else value)
        return Agent(*values)

    @property
    def sets_variables(self) -> bool:
        """True if a variable identifies the commands that this agent runs."""
        return any(rule.confidence != "low" for rule in self.variables)
