"""The git hooks that agent-tracker uses, by event, and their ids in .pre-commit-hooks.yaml."""

from typing import Final

EVENTS: Final = ("post-commit", "post-merge", "post-rewrite", "post-applypatch", "post-checkout")
"""The hooks that record."""

GUARD: Final = "pre-commit"
"""The hook of the guard, installed only on request (``init --guard``)."""

HINT: Final = "pre-push"
"""The hook that shows how many commits wait for the user's grade, unless a setting forbids it (``hints``), and that has
events sent where the project shares them."""

EVERY: Final = (*EVENTS, HINT, GUARD)
"""All hooks that may be installed."""

FRAMEWORK_EVENTS: Final = ("post-commit", "post-merge", "post-rewrite", "post-checkout")
"""The recording events with an id in .pre-commit-hooks.yaml: the pre-commit framework has no post-applypatch."""

FRAMED: Final = (*FRAMEWORK_EVENTS, GUARD)
"""All events with an id in .pre-commit-hooks.yaml."""


def framework_id(event: str) -> str:
    """Return the id of our hook for ``event`` in .pre-commit-hooks.yaml."""
    return "agent-tracker-guard" if event == GUARD else f"agent-tracker-{event}"
