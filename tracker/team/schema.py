"""The database: tables, the readers' view, roles and policies, as statements for the owner of a database.

Each statement is a transaction of its own. Keys are natural, rows are only inserted, and there are no sequences,
triggers, advisory locks or notifications, so that distributed databases that speak PostgreSQL take it as it is.

The organisation of a row and of a reader follows from the role that logged in (``members``), never from a setting that
a client could change. ``part`` splits the pseudonyms of commits into equal parts, which the server can work through at
the same time; without the split PostgreSQL removes superseded events on one processor.
"""

from typing import Final

from tracker.model import KINDS, TASK_KINDS
from tracker.team.events import LONGEST_AGENT, LONGEST_MODEL, LONGEST_VERSION
from tracker.team.packed_column import FIRST_MONTH, LAST_MONTH, sql_of_packed, sql_of_parts
from tracker.team.packing import COST_BITS, GRADES_BITS, OUTCOME_BITS
from tracker.team.pseudonyms import GROUP_BYTES

VERSION: Final = 1
"""The version of the tables, which ``schema_version`` of the view says."""

PARTS: Final = 32
"""Parts of the view; a reader asks for all of them, or for some as a sample."""

ORGANISATION: Final = "[a-z0-9][a-z0-9._-]{0,62}"
"""The form of the name of an organisation."""

_CONTROLS: Final = r"[\x01-\x1f\x7f-\x9f]"

_MEMBERS: Final = f"""\
CREATE TABLE agent_tracker.members (
  member text PRIMARY KEY,
  org text NOT NULL CHECK (org ~ '^{ORGANISATION}$'),
  reads boolean NOT NULL,
  writes boolean NOT NULL
)"""

_EVENTS: Final = rf"""
CREATE TABLE agent_tracker.events (
  org text NOT NULL CHECK (org ~ '^{ORGANISATION}$'),
  event_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  subject uuid NOT NULL,
  counted boolean NOT NULL,
  author bytea NOT NULL CHECK (octet_length(author) = {GROUP_BYTES}),
  project bytea NOT NULL CHECK (octet_length(project) = {GROUP_BYTES}),
  agent text NOT NULL CHECK (char_length(agent) BETWEEN 1 AND {LONGEST_AGENT} AND agent !~ '{_CONTROLS}'),
  kind smallint NOT NULL CHECK (kind BETWEEN 0 AND {len(KINDS) - 1}),
  model text CHECK (char_length(model) BETWEEN 1 AND {LONGEST_MODEL} AND model !~ '{_CONTROLS}'),
  version text CHECK (char_length(version) BETWEEN 1 AND {LONGEST_VERSION} AND version !~ '{_CONTROLS}'),
  instructions bytea CHECK (octet_length(instructions) = {GROUP_BYTES}),
  task_kind smallint NOT NULL CHECK (task_kind BETWEEN 0 AND {len(TASK_KINDS) - 1}),
  month smallint NOT NULL CHECK (month BETWEEN {FIRST_MONTH} AND {LAST_MONTH}),
  grades integer NOT NULL CHECK (grades BETWEEN 0 AND {(1 << GRADES_BITS) - 1}),
  outcome integer NOT NULL CHECK (outcome BETWEEN 0 AND {(1 << OUTCOME_BITS) - 1}),
  added integer NOT NULL CHECK (added >= 0),
  kept_14 integer NOT NULL CHECK (kept_14 >= 0),
  kept_30 integer NOT NULL CHECK (kept_30 >= 0),
  kept_90 integer NOT NULL CHECK (kept_90 >= 0),
  cost smallint NOT NULL CHECK (cost BETWEEN 0 AND {(1 << COST_BITS) - 1}),
  calls integer CHECK (calls >= 0),
  tokens_in integer CHECK (tokens_in >= 0),
  tokens_cached integer CHECK (tokens_cached >= 0),
  tokens_out integer CHECK (tokens_out >= 0),
  active_ms integer CHECK (active_ms >= 0),
  usd integer CHECK (usd >= 0),
  packed bigint NOT NULL GENERATED ALWAYS AS ({sql_of_packed()}) STORED,
  PRIMARY KEY (org, event_id)
)""".strip()

_READ: Final = (
    "packed, added, kept_14, kept_30, kept_90, calls, tokens_in, tokens_cached, tokens_out, active_ms, usd, project,"
    " agent, model, version, instructions, counted"
)
"""The columns that readers see, with those that ``packed`` is made of: no authors and no pseudonyms of commits."""

INDEX: Final = f"""\
CREATE INDEX events_by_commit ON agent_tracker.events (org, subject, received_at DESC, event_id)
  INCLUDE ({_READ})"""

_ORGANISATION_OF_ROLE: Final = """\
CREATE FUNCTION agent_tracker.organisation(writes_it boolean) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT org FROM agent_tracker.members
    WHERE member = session_user AND CASE WHEN writes_it THEN writes ELSE reads END
  $$"""


def _bounds(part: int) -> str:
    """Return the condition for one part of the pseudonyms of commits."""
    first, end = (256 * edge // PARTS for edge in (part, part + 1))
    after = f"-{'0000-' * 3}{'0' * 12}"
    conditions = [f"subject >= '{first:02x}000000{after}'"] * (part > 0)
    conditions += [f"subject < '{end:02x}000000{after}'"] * (part < PARTS - 1)
    return " AND ".join(conditions)


def _part(part: int) -> str:
    return f"""\
  SELECT {VERSION} AS schema_version, {part} AS part, latest.*, {sql_of_parts()} FROM (
    SELECT DISTINCT ON (subject) {_READ}
    FROM agent_tracker.events
    WHERE org = agent_tracker.organisation(false) AND {_bounds(part)}
    ORDER BY subject, received_at DESC, event_id
  ) AS latest WHERE counted"""  # noqa: S608 - our own texts


_VIEW: Final = "CREATE VIEW agent_tracker.facts WITH (security_barrier) AS\n" + "\n  UNION ALL\n".join(
    map(_part, range(PARTS))
)

STATEMENTS: Final[tuple[str, ...]] = (
    "CREATE SCHEMA agent_tracker",
    _MEMBERS,
    _EVENTS,
    INDEX,
    _ORGANISATION_OF_ROLE,
    "REVOKE ALL ON FUNCTION agent_tracker.organisation(boolean) FROM PUBLIC",
    "ALTER TABLE agent_tracker.events ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE agent_tracker.events FORCE ROW LEVEL SECURITY",
    """\
CREATE POLICY write_own ON agent_tracker.events FOR INSERT
  WITH CHECK (org = agent_tracker.organisation(true) AND received_at = now())""",
    "CREATE POLICY read_own ON agent_tracker.events FOR SELECT USING (org = agent_tracker.organisation(false))",
    _VIEW,
    "CREATE ROLE agent_tracker_writer NOLOGIN",
    "CREATE ROLE agent_tracker_reader NOLOGIN",
    "GRANT USAGE ON SCHEMA agent_tracker TO agent_tracker_writer, agent_tracker_reader",
    "GRANT EXECUTE ON FUNCTION agent_tracker.organisation(boolean) TO agent_tracker_writer, agent_tracker_reader",
    "GRANT INSERT ON agent_tracker.events TO agent_tracker_writer",
    "GRANT SELECT ON agent_tracker.facts TO agent_tracker_reader",
)
"""The statements in their order."""


def statements(database: str) -> tuple[str, ...]:
    """Return all statements, with those that keep others out of a database."""
    named = _quoted(database)
    return (
        *STATEMENTS,
        f"REVOKE ALL ON DATABASE {named} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {named} TO agent_tracker_writer, agent_tracker_reader",
    )


def as_script(database: str) -> str:
    """Return the statements as a script for psql, with what a person adds for each member as comments."""
    return f"""\
-- The tables of agent-tracker. Run this once, as the owner of the database {_quoted(database)}, who is no superuser and
-- may create roles (CREATEROLE): psql --dbname={_quoted(database)} --set=ON_ERROR_STOP=1 --file=THIS-FILE
-- Each statement is a transaction of its own.

{"".join(f"{one};{chr(10)}" for one in statements(database))}
-- For each member, or one role for several. A member belongs to one organisation:
--
--   CREATE ROLE alice LOGIN PASSWORD '...';
--   GRANT agent_tracker_writer, agent_tracker_reader TO alice;
--   INSERT INTO agent_tracker.members (member, org, reads, writes) VALUES ('alice', 'acme', true, true);
--
-- PostgreSQL compares millions of commits faster with these, for each member who reads:
--
--   ALTER ROLE alice SET work_mem = '64MB';
--   ALTER ROLE alice SET jit = off;
--
-- PostgreSQL 14 and older, as a superuser: REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""  # noqa: S608 - a name that is quoted


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
