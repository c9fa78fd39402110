"""The queries of OpenCode's two generations of tables. Pure.

Only named columns and parts of JSON values are read: the database also holds conversations and credentials. SQLite ends
a whole query at a value that is not JSON, so such values, and those above 32 MiB, are taken for NULL first. The newer
tables are read as their schema says (anomalyco/opencode, packages/core/src/session); no real store of them was tried.
"""

from typing import Final, NamedTuple


class Tables(NamedTuple):
    """The queries of one generation.

    ``family``: id, time of creation and sums of tokens of a session and of all below it. ``root``: the id of the one
    above a session that no other started. ``sessions_in``: ids and times of creation of the sessions in a directory
    that were changed since a time. ``damaged``: the number of messages that are not JSON.
    ``messages``: id, role, times of creation and completion, model, tokens (input, output, reasoning, cache read and
    written) and cost. ``tools``: output, times of start and end of each tool. All but ``sessions_in`` take a session's
    id.
    """

    family: str
    root: str
    sessions_in: str
    damaged: str
    messages: str
    tools: str


V1: Final = Tables(
    family="""
        WITH RECURSIVE family(id) AS (
            SELECT id FROM session WHERE id = ?
            UNION SELECT child.id FROM session AS child JOIN family ON child.parent_id = family.id
        )
        SELECT id, time_created, tokens_input, tokens_output, tokens_reasoning, tokens_cache_read, tokens_cache_write
        FROM session WHERE id IN (SELECT id FROM family) ORDER BY time_created, id""",
    root="""
        WITH RECURSIVE line(id, parent) AS (
            SELECT id, parent_id FROM session WHERE id = ?
            UNION SELECT above.id, above.parent_id FROM session AS above JOIN line ON above.id = line.parent
        )
        SELECT id FROM line WHERE parent IS NULL OR parent NOT IN (SELECT id FROM line)""",
    sessions_in="""
        SELECT id, time_created FROM session WHERE directory = ? AND time_updated >= ? ORDER BY time_updated DESC""",
    damaged="""
        SELECT count(*) FROM message
        WHERE session_id = ? AND NOT (length(data) <= 33554432 AND json_valid(data))""",
    messages="""
        SELECT id, json_extract(sound, '$.role'), coalesce(json_extract(sound, '$.time.created'), time_created),
            json_extract(sound, '$.time.completed'), json_extract(sound, '$.modelID'),
            json_extract(sound, '$.tokens.input'), json_extract(sound, '$.tokens.output'),
            json_extract(sound, '$.tokens.reasoning'), json_extract(sound, '$.tokens.cache.read'),
            json_extract(sound, '$.tokens.cache.write'), json_extract(sound, '$.cost')
        FROM (
            SELECT id, time_created,
                CASE WHEN length(data) <= 33554432 AND json_valid(data) THEN data END AS sound
            FROM message WHERE session_id = ?)
        WHERE sound IS NOT NULL ORDER BY time_created, id""",
    tools="""
        SELECT coalesce(json_extract(sound, '$.state.metadata.output'), json_extract(sound, '$.state.output')),
            json_extract(sound, '$.state.time.start'), json_extract(sound, '$.state.time.end')
        FROM (
            SELECT id, CASE WHEN length(data) <= 33554432 AND json_valid(data) THEN data END AS sound
            FROM part WHERE session_id = ?)
        WHERE json_extract(sound, '$.type') = 'tool' ORDER BY id""",
)
V2: Final = Tables(
    family="""
        WITH RECURSIVE family(id) AS (
            SELECT id FROM session_v2 WHERE id = ?
            UNION SELECT child.id FROM session_v2 AS child JOIN family ON child.parent_id = family.id
        )
        SELECT id, time_created, tokens_input, tokens_output, tokens_reasoning, tokens_cache_read, tokens_cache_write
        FROM session_v2 WHERE id IN (SELECT id FROM family) ORDER BY time_created, id""",
    root="""
        WITH RECURSIVE line(id, parent) AS (
            SELECT id, parent_id FROM session_v2 WHERE id = ?
            UNION SELECT above.id, above.parent_id FROM session_v2 AS above JOIN line ON above.id = line.parent
        )
        SELECT id FROM line WHERE parent IS NULL OR parent NOT IN (SELECT id FROM line)""",
    sessions_in="""
        SELECT id, time_created FROM session_v2 WHERE directory = ? AND time_updated >= ? ORDER BY time_updated DESC""",
    damaged="""
        SELECT count(*) FROM session_message
        WHERE session_id = ? AND NOT (length(data) <= 33554432 AND json_valid(data))""",
    messages="""
        SELECT id, type, coalesce(json_extract(sound, '$.time.created'), time_created),
            json_extract(sound, '$.time.completed'), json_extract(sound, '$.model.id'),
            json_extract(sound, '$.tokens.input'), json_extract(sound, '$.tokens.output'),
            json_extract(sound, '$.tokens.reasoning'), json_extract(sound, '$.tokens.cache.read'),
            json_extract(sound, '$.tokens.cache.write'), json_extract(sound, '$.cost')
        FROM (
            SELECT id, type, seq, time_created,
                CASE WHEN length(data) <= 33554432 AND json_valid(data) THEN data END AS sound
            FROM session_message WHERE session_id = ?)
        WHERE sound IS NOT NULL ORDER BY seq""",
    tools="""
        SELECT (SELECT group_concat(CASE WHEN block.type = 'object' THEN json_extract(block.value, '$.text') END,
                    char(10))
                FROM json_each(tool, '$.state.content') AS block),
            json_extract(tool, '$.time.created'), json_extract(tool, '$.time.completed')
        FROM (
            SELECT seq, CASE WHEN one.type = 'object' THEN one.value ELSE '{}' END AS tool
            FROM (
                SELECT seq, CASE WHEN length(data) <= 33554432 AND json_valid(data) THEN data ELSE '{}' END AS sound
                FROM session_message WHERE session_id = ? AND type = 'assistant'),
                json_each(sound, '$.content') AS one)
        WHERE json_extract(tool, '$.type') = 'tool' ORDER BY seq""",
)
