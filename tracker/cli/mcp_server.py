"""The MCP server for agents whose sandbox cannot open the ledger: it runs outside of it, started by their host.

Each tool is one of our commands, run as a process of its own, so that whatever a command prints or breaks never touches
the protocol on this process's standard output. An agent can say here what it may say anywhere, and no more: there is
no tool for the user's grades, corrections or reinstatements.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tracker import __version__
from tracker.attribution.capture_policy import OWN_AGENT
from tracker.errors import TrackerError
from tracker.model import UNKNOWN_AGENT

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from mcp.server.mcpserver import Context

Grade = Literal["bad", "neutral", "good", "excellence"]

_INSTRUCTIONS: Final = (
    "agent-tracker records which agent makes which commit, and how well it went. Ask for your status and for lessons"
    " before a task; grade your own work on each commit once, honestly. Name the repository by its absolute path."
)
_ENDINGS: Final = ("-mcp-client", "-mcp", "-client")
"""Endings of the names by which agents' hosts introduce themselves as clients."""
_PATIENCE: Final = 60.0
"""Seconds that a command may take."""
_MOST_PRINTED: Final = 100_000
"""Characters of a command's output that are passed on."""


def serve() -> None:
    """Answer on standard input and output until they are closed. Raises TrackerError where the SDK is not installed."""
    try:
        from mcp.server import MCPServer
    except ImportError as error:
        raise TrackerError(
            "the MCP server needs the package 'mcp', which is not installed: pip install 'git-agent-tracker[mcp]'."
        ) from error
    server = MCPServer("agent-tracker", instructions=_INSTRUCTIONS, version=__version__)
    _add_reading_tools(server)
    _add_writing_tools(server)
    server.run("stdio")


def _add_reading_tools(server: MCPServer) -> None:
    from mcp.server.mcpserver import Context
    from mcp.types import ToolAnnotations

    reads = ToolAnnotations(read_only_hint=True)

    def status(folder: str, context: Context) -> str:
        """Say where you stand: score, trust tier and what it asks of you, if you are halted, what waits for you."""
        return _run(["status"], folder, context)

    def lessons(folder: str, task: str, context: Context) -> str:
        """Find earlier work near a task: what worked, what to avoid. Ask before you begin."""
        return _run(["lessons", "--markdown", "--", task], folder, context)

    def recommend(folder: str, context: Context) -> str:
        """Say which agent and model did best in this project, how sure that is, and why."""
        return _run(["recommend"], folder, context)

    def explain(folder: str, commit: str, context: Context) -> str:
        """Show all evidence of who made a commit, and why one decided."""
        return _run(["explain", "--", commit], folder, context)

    for tool in (status, lessons, recommend, explain):
        tool.__annotations__["context"] = Context
        server.add_tool(tool, annotations=reads)


def _add_writing_tools(server: MCPServer) -> None:
    from mcp.server.mcpserver import Context
    from mcp.types import ToolAnnotations

    writes = ToolAnnotations(read_only_hint=False, destructive_hint=False)

    def grade(
        folder: str,
        commit: str,
        grade: Grade,
        context: Context,
        task: str = "",
        note: str = "",
    ) -> str:
        """Grade your own work on one commit, once and honestly. Task: what was asked. Note: what went well or wrong."""
        words = ["grade", "--agent", grade, f"--task={task}", f"--agent-note={note}", "--", commit]
        return _run(words, folder, context)

    def activity(
        folder: str,
        task: str,
        context: Context,
        actions: str = "",
        outcome: str = "",
        decisions: str = "",
    ) -> str:
        """Note in your journal what you do: at the start of a task, or for research without a commit."""
        words = ["activity", f"--task={task}", f"--actions={actions}", f"--outcome={outcome}"]
        return _run([*words, f"--decisions={decisions}"], folder, context)

    def retrospective(folder: str, commit: str, notes: str, context: Context) -> str:
        """Look back on one of your commits: what went well, what went wrong, what was learnt."""
        return _run(["retro", f"--notes={notes}", "--", commit], folder, context)

    for tool in (grade, activity, retrospective):
        tool.__annotations__["context"] = Context
        server.add_tool(tool, annotations=writes)


def _run(words: Sequence[str], folder: str, context: Context) -> str:
    """Run one of our commands in a folder and return what it prints. Raises ToolError with its sentence."""
    from mcp.server.mcpserver.exceptions import ToolError

    if not (os.path.isabs(folder) and Path(folder).is_dir()):  # noqa: PTH117 - a text from outside
        raise ToolError("name the folder of the repository by its absolute path.")
    flags = ["-I"] if sys.flags.isolated else ["-P", "-E"]
    environment = dict(os.environ)
    environment.setdefault(OWN_AGENT, _agent_of(context))
    try:
        done = subprocess.run(
            [sys.executable, *flags, "-m", "tracker", *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"agent-tracker took more than {_PATIENCE:g} seconds: try again.") from error
    if done.returncode:
        raise ToolError(done.stderr.strip() or f"agent-tracker ended with code {done.returncode}.")
    return (done.stdout + done.stderr)[:_MOST_PRINTED]


def _agent_of(context: Context) -> str:
    """Return the agent of the client, for the case that neither a variable nor a process shows it."""
    from tracker.project.project import user_catalogue

    parameters = context.session.client_params
    name = parameters.client_info.name.lower() if parameters else ""
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    found = user_catalogue().agent_by_alias(name) if name else None
    return found.name if found else UNKNOWN_AGENT
