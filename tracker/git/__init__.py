"""Reading git. The only package that runs git or opens a repository; it never writes to one.

``hookconfig`` alone has it change a repository's configuration, where the user asked for that.
"""

from tracker.git.hooks_path import HooksPlace
from tracker.git.reflog import ReflogEntry
from tracker.git.repository import Repository

__all__ = ["HooksPlace", "ReflogEntry", "Repository"]
