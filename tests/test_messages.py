"""The messages of the program in one list (``pytest -s tests/test_messages.py`` prints it), and rules for each."""

import re

from tests.messages import messages

_VAGUE = re.compile(
    r"\b(please|oops|sorry|invalid|has failed|unable|cannot be done|something went wrong|illegal|abort(ed)?|fatal)\b",
    re.IGNORECASE,
)
"""Words that say that something is wrong and not what."""
_LONGEST = 430
"""Characters of a text that is read at once."""


def test_messages_are_plain() -> None:
    found = messages()
    assert len(found) > 500
    for one in found:
        print(f"{one.place}\n    {one.text}")
    faults = {
        "says that something is wrong, and not what": [one for one in found if _VAGUE.search(one.text)],
        "exclaims": [one for one in found if re.search(r"\w! |\w!$", one.text)],
        "is too long": [one for one in found if max(map(len, one.text.split("\n"))) > _LONGEST],
    }
    assert {fault: ones for fault, ones in faults.items() if ones} == {}
