"""Pseudonyms: digests that are keyed with the organisation's secret, so that only its members could make them.

Pure. The owner of the server does not have the secret: from what is stored nobody can tell which public commit, which
repository or which address a row is of. Whoever has the secret can make the pseudonym of a commit that they know, so
readers of the server never see those of commits and authors (``schema``).
"""

from collections.abc import Sequence

import orjson

from tracker.digests import blake2b
from tracker.model import Oid

SUBJECT_BYTES = 16
"""Bytes of the pseudonym of a commit, and of the id of an event: unique among billions."""
GROUP_BYTES = 8
"""Bytes of the pseudonyms of what many events share: projects, authors, instruction files."""


class Pseudonyms:
    """Makes the pseudonyms of one organisation. ``secret``: as it stands in the user's file."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(secret.encode(), digest_size=32).digest()

    def subject(self, oid: Oid) -> bytes:
        """Return the pseudonym of a commit: the same on every machine that has it."""
        return self._digest("commit", oid, SUBJECT_BYTES)

    def project(self, address: str) -> bytes:
        """Return the pseudonym of a repository. ``address``: of its remote, as ``remotes.plain_address`` gives it."""
        return self._digest("project", address, GROUP_BYTES)

    def author(self, email: str) -> bytes:
        """Return the pseudonym of an author."""
        return self._digest("author", email.strip().lower(), GROUP_BYTES)

    def instructions(self, digest: str) -> bytes:
        """Return the pseudonym of instruction files. ``digest``: of their content."""
        return self._digest("instructions", digest, GROUP_BYTES)

    def event(self, values: Sequence[object]) -> bytes:
        """Return the id of an event with these values: equal ones have the same id."""
        stored = [one.hex() if isinstance(one, bytes) else one for one in values]
        return self._digest("event", orjson.dumps(stored).decode(), SUBJECT_BYTES)

    @property
    def organisation(self) -> bytes:
        """A digest that tells this secret from others, without showing it."""
        return self._digest("organisation", "", GROUP_BYTES)

    def _digest(self, what: str, text: str, size: int) -> bytes:
        data = f"{what}\0{text}".encode("utf-8", "surrogateescape")
        return blake2b(data, digest_size=size, key=self._key).digest()
