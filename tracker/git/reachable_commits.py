"""List the commits that tips reach while git prints them, so that none of them is held."""

import binascii
from collections.abc import Collection, Iterator
from pathlib import Path

from tracker.errors import RepositoryError
from tracker.git import streams
from tracker.model import Oid


def each_reachable(common_dir: Path, tips: Collection[Oid]) -> Iterator[bytes]:
    """Yield the raw oids of all commits that tips reach, each once; tips that are missing are ignored.

    Raises RepositoryError when git cannot be started, and when it stops at a commit that is missing or damaged.
    """
    if not tips:
        return
    # The order of ``Walker.walk``: git leaves circles out of it, which replaced objects can form.
    arguments = ["rev-list", "--topo-order", "--ignore-missing", "--stdin"]
    with streams.stream(common_dir, arguments, lines=tips) as output:
        for line in output.chunks(b"\n"):
            yield binascii.unhexlify(line)
        if not output.succeeded():
            raise RepositoryError("git rev-list ended with an error: run 'agent-tracker doctor'.")
