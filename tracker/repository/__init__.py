"""Reading git. The only package that runs git or opens a repository; it never writes to one.

``hookconfig`` alone has it change a repository's configuration, where the user asked for that.
"""

from tracker.repository.hooks import HooksPlace
from tracker.repository.reflog import ReflogEntry
from tracker.repository.repository import Repository

__all__ = ["HooksPlace", "ReflogEntry", "Repository"]
