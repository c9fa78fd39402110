"""Check the repository's objects: what git cannot read, agent-tracker cannot record in full either."""

from collections.abc import Iterator
from typing import Final

from tracker.git import object_check
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding
from tracker.text import number_of, printable

_MOST: Final = 20
"""Objects that are named one by one."""

_MEND: Final = "fetch it from a clone that has it, or restore the repository; git fsck names what needs it"


def findings(project: Project, *, wholly: bool) -> Iterator[Finding]:
    """Yield the objects that cannot be read. Raises RepositoryError when git cannot be run.

    ``wholly``: also where there are many, which takes git up to twenty seconds.
    """
    if not (wholly or object_check.are_few_objects(project.repository.common_dir)):
        return
    found = object_check.check_objects(project.repository.common_dir)
    for oid in found.unreadable[:_MOST]:
        yield Finding(f"the object {oid} is missing or damaged: what git tells without it is recorded.", _MEND)
    more = len(found.unreadable) - _MOST
    if more > 0:
        are = "is" if more == 1 else "are"
        yield Finding(f"{number_of(more, 'more object')} {are} missing or damaged.", _MEND)
    if found.failure and not found.unreadable:
        yield Finding(f"git cannot check the objects of this repository: {printable(found.failure)}.", "git fsck")
