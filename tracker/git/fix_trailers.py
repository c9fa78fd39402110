"""Read the commits that the trailer ``Fixes`` of a message names. Pure; messages are untrusted and of any size."""

import re
from typing import Final

from tracker.lazy_regex import LazyRegex

_FIXES: Final = LazyRegex(r"^Fixes:[ \t]*([0-9a-f]{7,64})\b", re.IGNORECASE | re.MULTILINE)
"""``Fixes: 54a4f0239f2e ("KVM: MMU: make kvm_mmu_zap_page() return …")`` (Linux, "Submitting patches")."""

_SCANNED: Final = 1 << 16
_MOST: Final = 20
"""Names that are read from one message."""


def fixed_names(message: str) -> list[str]:
    """Return the names of the commits that a message says it fixes, full or shortened, each once."""
    text = message[-_SCANNED:]
    found = _FIXES.findall(text) if "ixes:" in text else []
    return list(dict.fromkeys(found))[:_MOST]
