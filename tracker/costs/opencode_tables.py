"""The queries of OpenCode's two generations of tables. Pure.

Only named columns and parts of JSON values are read: the database also holds conversations and credentials. The newer
tables are read as their schema says (anomalyco/opencode, packages/core/src/session); they were not tried on a real store.
"""

from typing import Final, NamedTuple

_LARGEST: Final = 32 << 20
"""Bytes of a JSON value; a larger one is not parsed."""


class Tables(NamedTuple):
    """The queries of one generation.

    ``family``: id, time of creation and sums of tokens of a session and of all below it. ``sessions_in``: ids of
    sessions in a directory that were changed since a time. ``damaged``: the number of messages that are not JSON.
    ``messages``: id, role, times of creation and completion, model, tokens (input, output, reasoning, cache read and
    written) and cost. ``tools``: output, times of start and end of each tool. All but two take a session's id.
    """

    family: str
    sessions_in: str
    damaged: str
    messages: str
    tools: str


def _family(table: str) -> str:
    return f"""
        WITH RECURSIVE family(id) AS (
            SELECT id FROM {table} WHERE id = ?
            UNION SELECT child.id FROM {table} AS child JOIN family ON child.parent_id = family.id
        )
        SELECT id, time_created, tokens_input, tokens_output, tokens_reasoning, tokens_cache_read, tokens_cache_write
        FROM {table} WHERE id IN (SELECT id FROM family) ORDER BY time_created, id"""


def _sessions_in(table: str) -> str:
    return f"SELECT id FROM {table} WHERE directory = ? AND time_updated >= ? ORDER BY time_updated DESC"


def _sound(table: str, *columns: str) -> str:
    """Return the rows of a session whose data can be parsed; SQLite would end a whole query at one that cannot."""
    names = ", ".join(columns)
    return f"""
        SELECT {names}, CASE WHEN length(data) <= {_LARGEST} AND json_valid(data) THEN data ELSE NULL END AS data
        FROM {table} WHERE session_id = ?"""


def _damaged(table: str) -> str:
    return f"SELECT count(*) FROM ({_sound(table, 'id')}) WHERE data IS NULL"


def _messages(table: str, columns: str, role: str, model: str) -> str:
    fields = ("time.completed", model, "tokens.input", "tokens.output", "tokens.reasoning", "tokens.cache.read",
              "tokens.cache.write", "cost")  # fmt: skip
    values = ", ".join(f"json_extract(data, '$.{field}')" for field in fields)
    return f"""
        SELECT id, {role}, coalesce(json_extract(data, '$.time.created'), time_created), {values}
        FROM ({_sound(table, "id", "time_created", *filter(None, [columns]))})
        WHERE data IS NOT NULL ORDER BY time_created, id"""


V1: Final = Tables(
    _family("session"),
    _sessions_in("session"),
    _damaged("message"),
    _messages("message", "", "json_extract(data, '$.role')", "modelID"),
    f"""
        SELECT coalesce(json_extract(data, '$.state.metadata.output'), json_extract(data, '$.state.output')),
            json_extract(data, '$.state.time.start'), json_extract(data, '$.state.time.end')
        FROM ({_sound("part", "id")}) WHERE data IS NOT NULL AND json_extract(data, '$.type') = 'tool' ORDER BY id""",
)
V2: Final = Tables(
    _family("session_v2"),
    _sessions_in("session_v2"),
    _damaged("session_message"),
    _messages("session_message", "type", "type", "model.id"),
    f"""
        WITH tools AS (
            SELECT seq, CASE WHEN tool.type = 'object' THEN tool.value ELSE '{{}}' END AS tool
            FROM ({_sound("session_message", "type", "seq")}) AS message, json_each(message.data, '$.content') AS tool
            WHERE message.type = 'assistant')
        SELECT (SELECT group_concat(CASE WHEN block.type = 'object' THEN json_extract(block.value, '$.text') END, char(10))
                FROM json_each(tools.tool, '$.state.content') AS block),
            json_extract(tool, '$.time.created'), json_extract(tool, '$.time.completed')
        FROM tools WHERE json_extract(tool, '$.type') = 'tool' ORDER BY seq""",
)
