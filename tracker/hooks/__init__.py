"""What git runs: the hook script, install and uninstall, other hook managers, the guard, AGENTS.md."""
