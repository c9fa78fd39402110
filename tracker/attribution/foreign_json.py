"""Parse JSON that other programs wrote. Pure."""

import json
import re
from typing import Any, Final

from tracker.lazy_regex import LazyRegex

_SURROGATE_ESCAPE: Final = LazyRegex(r"\\u[dD][89a-fA-F]", re.ASCII)


def parse(text: str | bytes) -> Any:
    """Return the value of a JSON text, whose texts can be written as UTF-8: a lone surrogate becomes ``?``.

    Raises ValueError for other text, RecursionError for one that is nested too deeply.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    value = json.loads(text.encode("utf-8", "replace"))
    if not _SURROGATE_ESCAPE.search(text):
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
