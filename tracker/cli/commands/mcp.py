"""``mcp``: answer agents over the Model Context Protocol, on standard input and output."""

from __future__ import annotations

import click

from tracker.cli.command import Command


@click.command("mcp", cls=Command, examples=("agent-tracker mcp    # started by the host of an agent",))
def command() -> int:
    """Answer agents over MCP, for sandboxes that close the ledger.

    The host of an agent starts this. The agent can ask for its status, lessons, a recommendation and the evidence of a
    commit, and can grade its own work, note an activity and look back. Needs the package 'mcp': pip install
    'git-agent-tracker[mcp]'.
    """
    from tracker.cli.mcp_server import serve

    serve()
    return 0
