"""The git room: reads repositories, and is the only one that runs git or opens git objects.

It writes nothing. Two modules use ``process`` to change a repository, where the user asked for that:
``tracker.hooks.git_config_hooks`` its configuration, and ``tracker.hooks.git_lfs`` has git-lfs write its hooks.
"""

from tracker.git.hooks_path import HooksPlace
from tracker.git.reflog import ReflogEntry
from tracker.git.repository import Repository

__all__ = ["HooksPlace", "ReflogEntry", "Repository"]
