"""Reading git. The only package that runs git or opens a repository; it never writes to one."""

from tracker.repository.reflog import ReflogEntry
from tracker.repository.repository import Repository

__all__ = ["ReflogEntry", "Repository"]
