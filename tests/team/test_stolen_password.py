"""Attempts with the password of a member who may write and not read, each of which the server refuses."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest

from tests.team.conftest import Organisation
from tests.team.made_events import insert, made_event
from tracker.team.schema import STATEMENTS

TRIES: Final = {
    "read the events": "SELECT * FROM agent_tracker.events",
    "count the events": "SELECT count(*) FROM agent_tracker.events",
    "read whole rows by returning": (
        "INSERT INTO agent_tracker.events SELECT * FROM agent_tracker.events ON CONFLICT DO NOTHING RETURNING *"
    ),
    "see if a row is there": (
        "INSERT INTO agent_tracker.events (org, event_id) VALUES ('acme', gen_random_uuid())"
        " ON CONFLICT (org, event_id) DO UPDATE SET agent = 'x'"
    ),
    "read the members": "SELECT * FROM agent_tracker.members",
    "change the members": "UPDATE agent_tracker.members SET reads = true",
    "add a member": "INSERT INTO agent_tracker.members VALUES ('mallory', 'acme', true, true)",
    "update events": "UPDATE agent_tracker.events SET agent = 'x'",
    "delete events": "DELETE FROM agent_tracker.events",
    "empty the table": "TRUNCATE agent_tracker.events",
    "lock the table": "LOCK TABLE agent_tracker.events",
    "drop the table": "DROP TABLE agent_tracker.events",
    "alter the table": "ALTER TABLE agent_tracker.events DISABLE ROW LEVEL SECURITY",
    "drop the policy": "DROP POLICY write_own ON agent_tracker.events",
    "replace the function": (
        "CREATE OR REPLACE FUNCTION agent_tracker.organisation(writes_it boolean) RETURNS text"
        " LANGUAGE sql AS $$ SELECT 'acme' $$"
    ),
    "replace the view": "CREATE OR REPLACE VIEW agent_tracker.facts AS SELECT 1",
    "add a trigger": (
        "CREATE TRIGGER t BEFORE INSERT ON agent_tracker.events FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "create in our schema": "CREATE TABLE agent_tracker.mine (i int)",
    "create in the public schema": "CREATE TABLE public.mine (i int)",
    "create a schema": "CREATE SCHEMA mine",
    "create a temporary table": "CREATE TEMPORARY TABLE mine (i int)",
    "create a role": "CREATE ROLE mallory LOGIN",
    "become the owner": "SET ROLE owner",
    "become the superuser": "SET SESSION AUTHORIZATION postgres",
    "leave out the policies": "SET row_security = off; INSERT INTO agent_tracker.events (org) VALUES ('acme')",
    "read a file": "SELECT pg_read_file('/etc/passwd')",
    "run a program": "COPY agent_tracker.events TO PROGRAM 'cat'",
    "stop others": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'owner'",
}
"""Statements of a writer, by what they try."""


@pytest.fixture
def writer(acme: Organisation) -> Iterator[psycopg.Connection[Any]]:
    """A connection with the password of a member who only writes; the organisation holds one event."""
    role = f"{acme.name}-writer"
    acme.postgres.add_member(role, acme.name, reads=False)
    insert(acme.postgres.address(acme.member), acme.name, [made_event(1)])
    with acme.postgres.connect(role) as connection:
        yield connection


def refused(connection: psycopg.Connection[Any], statement: str) -> bool:
    """Return True if the server refuses a statement."""
    try:
        connection.execute(statement)
    except psycopg.Error:
        return True
    return False


@pytest.mark.few(100)
@pytest.mark.parametrize("name", [*TRIES][:-1])
def test_a_writer_cannot(name: str, writer: psycopg.Connection[Any], acme: Organisation) -> None:
    assert refused(writer, TRIES[name])
    assert acme.rows() == [(1,)]


def test_a_writer_ends_no_connection_of_others(writer: psycopg.Connection[Any], acme: Organisation) -> None:
    with acme.postgres.connect("owner") as other:
        refused(writer, TRIES["stop others"])
        other.execute("SELECT 1")


def test_a_writer_who_does_not_read_sees_nothing_in_the_view(writer: psycopg.Connection[Any]) -> None:
    assert writer.execute("SELECT count(*) FROM agent_tracker.facts").fetchone() == (0,)


def test_a_writer_cannot_write_for_another_organisation(writer: psycopg.Connection[Any], acme: Organisation) -> None:
    acme.postgres.add_member(f"{acme.name}-other", f"{acme.name}-other")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        insert(acme.postgres.address(f"{acme.name}-writer"), f"{acme.name}-other", [made_event(2)])
    assert not writer.closed


def test_a_writer_cannot_choose_the_time_of_an_event(writer: psycopg.Connection[Any], acme: Organisation) -> None:
    event = {**made_event(1)._asdict(), "subject": UUID(int=1)}
    names = ", ".join(event)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        writer.execute(
            f"INSERT INTO agent_tracker.events (org, event_id, received_at, {names})"  # noqa: S608
            f" VALUES (%s, %s, '2099-01-01', {', '.join(['%s'] * len(event))})",
            (acme.name, UUID(int=2), *event.values()),
        )


def test_a_role_that_is_no_member_writes_and_reads_nothing(acme: Organisation) -> None:
    role = f"{acme.name}-stranger"
    with acme.postgres.connect("owner") as owner:
        owner.execute(f'CREATE ROLE "{role}" LOGIN')
        owner.execute(f'GRANT agent_tracker_writer, agent_tracker_reader TO "{role}"')
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert(acme.postgres.address(role), acme.name, [made_event(1)])
    assert acme.facts(role=role) == []


def test_readers_see_their_own_organisation_alone_and_no_person(acme: Organisation) -> None:
    other = Organisation(acme.postgres, f"{acme.name}-b")
    acme.postgres.add_member(other.member, other.name)
    insert(acme.postgres.address(acme.member), acme.name, [made_event(1)])
    insert(acme.postgres.address(other.member), other.name, [made_event(2), made_event(3)])
    assert len(acme.facts()) == 1
    assert len(other.facts()) == 2
    with acme.postgres.connect(acme.member) as connection:
        shown = connection.execute("SELECT * FROM agent_tracker.facts").description
        assert {one.name for one in shown or ()}.isdisjoint({"author", "subject", "event_id", "org", "received_at"})
        for name in ("author", "subject", "event_id"):
            assert refused(connection, f"SELECT {name} FROM agent_tracker.events")  # noqa: S608


def test_a_leaky_condition_shows_no_row_of_others(acme: Organisation) -> None:
    """A condition that reports its argument in an error is evaluated after the policy, not before it."""
    other = Organisation(acme.postgres, f"{acme.name}-c")
    acme.postgres.add_member(other.member, other.name)
    insert(acme.postgres.address(other.member), other.name, [made_event(2)._replace(agent="of-others")])
    with acme.postgres.connect(acme.member) as connection:
        found = connection.execute("SELECT count(*) FROM agent_tracker.facts WHERE agent::int > 0").fetchone()
    assert found == (0,)


def test_statements_keep_the_discipline_that_distributed_databases_need() -> None:
    text = "\n".join(STATEMENTS).upper()
    for word in ("SERIAL", "SEQUENCE", "IDENTITY", "TRIGGER", "ADVISORY", "NOTIFY", "LISTEN", "UPDATE", "DELETE"):
        assert word not in text
    assert all(";" not in one.replace("$$", "") for one in STATEMENTS)
    assert "PRIMARY KEY (ORG, EVENT_ID)" in text
