"""A request to a model, whatever its protocol, and the answer of the fake model."""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

_SHELLS: Final = ("bash", "shell", "exec_command", "shell_command", "run_shell_command", "local_shell")
"""Names of agents' tools that run a command, in lower case."""
_COMMAND_KEYS: Final = ("command", "cmd")
GREETING: Final = "agent-tracker records which agent makes which commit here"
"""The beginning of the text at the start of a session."""
REQUEST: Final = re.compile(
    r"agent-tracker: 1 commit of yours was recorded: .{0,200}?(\S*agent-tracker) grade ([0-9a-f]{9}) "
)
"""The request for a grade, with the program and the commit."""
_EDIT_BLOCKS: Final = "SEARCH/REPLACE"
"""The words by which Aider asks for the text of an edit, as it offers no tools."""
_EDIT: Final = "hello.py\n```\n<<<<<<< SEARCH\n=======\nprint('hello')\n>>>>>>> REPLACE\n```\n"
_BY_TYPE: Final[Mapping[str, Any]] = {"boolean": False, "integer": 60000, "number": 60000, "array": [], "object": {}}


class Tool(NamedTuple):
    """A tool that an agent offers to its model, with the JSON schema of its arguments."""

    name: str
    schema: Mapping[str, Any]


class Asked(NamedTuple):
    """A request: the tools on offer, how many results of tools it holds, and all of its text."""

    tools: Sequence[Tool]
    results: int
    text: str


class Call(NamedTuple):
    """The answer that an agent shall run a tool."""

    tool: str
    arguments: Mapping[str, Any]


class Written(NamedTuple):
    """An answer in a protocol.

    ``events``: those of a stream, each with its name, empty where the protocol has none. ``document``: the same as a
    whole.
    """

    events: Sequence[tuple[str, Any]]
    document: Mapping[str, Any]


class Script(NamedTuple):
    """The commands that the model asks for, one after the other, and more arguments for the tool that runs them.

    ``calls``: of other tools, behind the commands. ``obeys``: behind them it grades the commit that it is asked to
    grade. ``heard``: what reached it of agent-tracker's texts (``GREETING``, ``REQUEST``).
    """

    commands: Sequence[str]
    arguments: Mapping[str, Any]
    calls: Sequence[Call] = ()
    obeys: bool = False
    heard: set[str] = set()  # noqa: RUF012 - the default is never read


def answer(asked: Asked, script: Script) -> Call | str:
    """Return the next command as a call of the agent's shell, or the last words when all commands were run.

    The conversation itself tells how many were run, so any number of agents may talk to one server.
    """
    request = REQUEST.search(asked.text)
    script.heard.update(
        word for word, is_heard in ((GREETING, GREETING in asked.text), ("request", request)) if is_heard
    )
    shell = next((tool for name in _SHELLS for tool in asked.tools if tool.name.lower() == name), None)
    commands = [*script.commands]
    if script.obeys and request:
        commands.append(f"{request[1]} grade {request[2]} --agent good --task 'a trial' --agent-note 'as I was asked'")
    if shell is not None and asked.results < len(commands):
        return Call(shell.name, _arguments(shell.schema, commands[asked.results], script.arguments))
    if 0 <= asked.results - len(commands) < len(script.calls):
        return script.calls[asked.results - len(commands)]
    return _EDIT if shell is None and _EDIT_BLOCKS in asked.text else "Done."


def _arguments(schema: Mapping[str, Any], command: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that a shell's schema asks for, and of ``more`` those that it knows."""
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties") or {}
    key = next((name for name in _COMMAND_KEYS if name in properties), _COMMAND_KEYS[0])
    takes_list = str(properties.get(key, {}).get("type", "")).lower() == "array"
    arguments: dict[str, Any] = {key: ["sh", "-c", command] if takes_list else command}
    for name in schema.get("required") or ():
        rule = properties.get(name, {})
        of_type = _BY_TYPE.get(str(rule.get("type", "")).lower(), "make the commit")
        arguments.setdefault(name, rule["enum"][0] if rule.get("enum") else of_type)
    return arguments | {name: value for name, value in more.items() if name in properties}


def identifier(prefix: str) -> str:
    """Return a new identifier, as servers of models give them."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


def text_within(value: Any) -> str:
    """Return all text in a part of a request."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, Sequence):
        return ""
    return "\n".join(text_within(part) for part in value)
