"""What a diagnosis says."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that is wrong, and the command or step that mends it."""

    what: str
    mend: str
