"""The git room: reads repositories, and is the only one that runs git or opens git objects.

It writes nothing. ``tracker.hooks.git_config_hooks`` alone uses ``process`` to change a repository's configuration,
where the user asked for that.
"""

from tracker.git.hooks_path import HooksPlace
from tracker.git.reflog import ReflogEntry
from tracker.git.repository import Repository

__all__ = ["HooksPlace", "ReflogEntry", "Repository"]
