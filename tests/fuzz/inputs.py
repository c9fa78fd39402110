"""Bytes that break readers: random ones, and valid texts that were changed a little."""

import copy
import json
import random
from collections.abc import Callable
from typing import Final

_OIDS: Final = (b"0" * 40, b"1234567890" * 4, b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", b"--output=/tmp/x", b"HEAD")
_PIECES: Final = (
    b"\0", b"\n", b"\r\n", b"\t", b" ", b"\x1b[2J", b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"\\ud800", b"\xe2\x80\xa8",
    b"<", b">", b">>", b"<<<<", b":", b":!", b"..", b"/", b"\\", b"'", b'"', b"$(id)", b"`id`", b"%s%n", b"{", b"[",
    b"=", b",", b"-", b"--", b"@{", b"^", b"~", b"*", b"?", b"\x7f", b"1e999", b"NaN", b"-1", b"99999999999999999999",
    b"Co-authored-by: ", b"Agent-Grade: good", b"Entire-Checkpoint: ", b"Signed-off-by: ", b"This reverts commit ",
    b"(cherry picked from commit ", b"gitdir: ", b"ref: ",
    b"agent-tracker-event=1\n", b"hook=post-commit\n", b"end=1\n",
    b"claude", b"codex", b"\xf0\x9f\xa4\x96", b"noreply@anthropic.com", b"null", b"true", b"[[", b"]]", *_OIDS,
)  # fmt: skip
"""Pieces that mean something to one of the readers."""

_JSON: Final = (
    {"sessions": [{"metadata": "ab/cdef/0/metadata.json", "agent": "Claude Code"}], "agent": "claude", "version": 1},
    {"version": "0.1.0", "id": "t1", "vcs": {"type": "git", "revision": "HEAD"}, "tool": {"name": "codex"},
     "files": [{"path": "a", "conversations": [{"contributor": {"type": "ai", "model_id": "openai/gpt-5"}}]}]},
    {"type": "assistant", "timestamp": "2020-01-01T00:00:00Z", "message": {"model": "claude-opus-4-5"}},
    {"name": "x", "worktree": ".", "head": "HEAD", "last_move": ["a", "b", "c"], "rater": "user", "grade": 5,
     "note": "", "task": "", "time": 1, "speaker": "a person at a terminal", "agent": None},
    {"schema": 1, "project": {"id": "x"}, "as_of": {"ledger": "x", "sequence": 10**30}},
)  # fmt: skip
"""Documents of the shapes that other programs, or we, write."""
_VALUES: Final[tuple[object, ...]] = (
    None,
    True,
    -1,
    10**30,
    1.5e308,
    "",
    "\ud800",
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": {"a": {}}},
    "../../x",
)


def make(chance: random.Random) -> bytes:
    """Return one input."""
    return chance.choice(_KINDS)(chance)


def make_text(chance: random.Random) -> str:
    """Return one input that a variable or an argument can hold."""
    data = make(chance).replace(b"\0", b"")[:5000]
    return data.decode("utf-8", "surrogateescape")


def make_settings(chance: random.Random) -> bytes:
    """Return the text of a settings file: noise, or right and wrong lines in any order."""
    if chance.random() < 0.3:
        return make(chance)
    return b"\n".join(chance.choices(_SETTINGS, k=chance.randrange(1, 8))) + b"\n"


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 7, 100, 5000)))


def _pieces(chance: random.Random) -> bytes:
    return b"".join(chance.choices(_PIECES, k=chance.randrange(1, 40)))


def _lines(chance: random.Random) -> bytes:
    lines = (
        b" ".join(chance.choices((*_OIDS, *_PIECES), k=chance.randrange(1, 6))) for _ in range(chance.randrange(9))
    )
    return b"\n".join(lines) + chance.choice((b"\n", b""))


def _repeated(chance: random.Random) -> bytes:
    return chance.choice(_PIECES) * chance.choice((1000, 20_000))


def _document(chance: random.Random) -> bytes:
    value = json.loads(json.dumps(chance.choice(_JSON)))
    for _ in range(chance.randrange(3)):
        _change(value, chance)
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    return text[: chance.randrange(len(text) + 1)] if chance.random() < 0.2 else text + b"\n"


def _change(value: object, chance: random.Random) -> None:
    """Replace one value somewhere in a document."""
    while isinstance(value, dict | list) and value:
        key = chance.choice([*value] if isinstance(value, dict) else range(len(value)))
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
            value[key] = copy.deepcopy(chance.choice(_VALUES))
            return
        value = inner


_SETTINGS: Final = (
    b"mode = 'detached'", b"mode = 'sync'", b"mode = 1", b"read-sessions = true", b"read-sessions = 'perhaps'",
    b"size-limit = '1 GiB'", b"size-limit = -1", b"size-limit = 1e400", b"size-limit = 9223372036854775808",
    b"ledger = '../\\u0000'", b"ledger = ''", b"agent = []", b"model = {a = 1}", b"[policy]", b"[policy.policy]",
    b"start-skill-points = nan", b"start-skill-points = -1", b"[[mode]]", b"user-needs-terminal = 2020-01-01",
    b"allow-env-files = 'yes'", b"x = " + b"[" * 3000, b"# \xed\xa0\x80", b"a.b.c.d = 1", b"'' = 1", b'"\\uD800" = 1',
)  # fmt: skip
"""Lines of a settings file, right and wrong ones."""

_KINDS: Final[tuple[Callable[[random.Random], bytes], ...]] = (_noise, _pieces, _lines, _repeated, _document)
