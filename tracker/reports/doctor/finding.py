"""The type of one finding of ``doctor``."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that is wrong (``what``, a sentence), and the command or step that fixes it (``mend``).

    The names of the fields are those of ``doctor --json``.
    """

    what: str
    mend: str
