"""The events in this machine's own ref, for a user who wants to see what the others get."""

import contextlib
from collections.abc import Iterator
from typing import Any

import orjson

from tracker.git.own_refs import ChainReader
from tracker.project.project import Project
from tracker.sharing.places import own_ref, writer_of
from tracker.sharing.sealed_lines import opened_line


def sent_events(project: Project) -> Iterator[Any]:
    """Yield the events in this machine's ref as JSON values without their seals, oldest first.

    What is no event is left out, as readers leave it out. Raises NoChain where somebody else wrote into the ref,
    RepositoryError, and OSError.
    """
    ref = own_ref(writer_of(project.ledger.path, project.files.id()))
    tip = project.repository.refs([ref]).get(ref)
    links = [*ChainReader(project.repository.common_dir).links(tip, None)] if tip is not None else []
    for link in reversed(links):
        for text in link.lines:
            line = opened_line(None, text)
            if line is not None:
                with contextlib.suppress(orjson.JSONDecodeError):
                    yield orjson.loads(line.line)
