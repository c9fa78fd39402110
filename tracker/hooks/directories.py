"""The directories in which git looks for hooks: which ones may be written, and husky's layout."""

from pathlib import Path


def is_own_directory(hooks_dir: Path, common_dir: Path) -> bool:
    """Return True if a hooks directory is the repository's own: a tracked or shared one is never written."""
    return hooks_dir.resolve().is_relative_to(common_dir.resolve())


def is_husky_directory(hooks_dir: Path) -> bool:
    """Return True if a hooks directory is the one that husky 9 creates, also before it is created."""
    return hooks_dir.name == "_" and ((hooks_dir / "h").is_file() or not hooks_dir.exists())


def hook_to_edit(hooks_dir: Path, event: str) -> Path:
    """Return the file that a user edits to run something at an event, where agent-tracker must not write the hooks.

    husky replaces its folder ``_`` at each install; the hooks in it run the file of the same name one folder up
    (husky's file ``h``).
    """
    return (hooks_dir.parent if is_husky_directory(hooks_dir) else hooks_dir) / event
