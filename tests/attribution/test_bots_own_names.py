"""A bot without an entry of its own has the name of its account."""

import pytest

from tests.attribution.commits import attribution_of_commit
from tracker.attribution import attribute, catalogue_file, evidence_from_commit
from tracker.model import Commit, Oid, Signature

CATALOGUE = catalogue_file.load()


def made_by(name: str, email: str) -> tuple[str, str]:
    who = Signature(name, email, 1_785_000_000, 0)
    commit = Commit(Oid("a" * 40), (), who, who, "chore: update")
    found = attribute(evidence_from_commit(commit, CATALOGUE))
    return found.agent, found.kind


@pytest.mark.parametrize(
    ("name", "email", "agent"),
    [
        ("mergify[bot]", "37929162+mergify[bot]@users.noreply.github.com", "mergify"),
        ("Some-New_App[bot]", "1+Some-New_App[bot]@users.noreply.github.com", "some-new-app"),
        ("Charm", "124303983+charmcli@users.noreply.github.com", "charmcli"),
        ("our bot[bot]", "ci@example.com", "our-bot"),
        ("cubic", "1+cubic-dev-ai[bot]@users.noreply.github.com", "cubic-dev-ai"),
        ("StepSecurity Bot", "bot@stepsecurity.io", "stepsecurity-bot"),
        ("codex[bot]", "ci@example.com", "codex-bot"),
        ("Human[bot]", "ci@example.com", "human-bot"),
        ("机器人[bot]", "ci@example.com", "other-bots"),
        ("x" * 200 + "[bot]", "ci@example.com", "x" * 50),
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", "dependabot"),
    ],
)
def test_name_of_the_account(name: str, email: str, agent: str) -> None:
    assert made_by(name, email) == (agent, "bot")


def test_entries_of_many_bots_name_nobody_themselves() -> None:
    """An account cannot take the name or an alias of an entry."""
    for alias in CATALOGUE.aliases:
        agent, kind = made_by(f"{alias}[bot]", "ci@example.com")
        entry = CATALOGUE.by_name.get(agent)
        assert entry is None or entry.kind == kind, alias


@pytest.mark.parametrize(
    ("author", "agent"),
    [
        (("Nextcloud bot", "bot@nextcloud.com"), "nextcloud-bot"),
        (("Weblate", "hosted@weblate.org"), "weblate"),
        (("goreleaserbot", "bot@goreleaser.com"), "goreleaserbot"),
        (("kilocode-bot", "kevin+kilocodebot@kilocode.ai"), "kilocode-bot"),
        (("CI Bot", "ci@example.org"), "ci-bot"),
        (("Typo Fix Bot", "fix@example.com"), "typo-fix-bot"),
        (("Our Robot", "no-reply@example.org"), "our-robot"),
    ],
)
def test_accounts_of_services(author: tuple[str, str], agent: str) -> None:
    found = attribution_of_commit("chore: x", author)
    assert (found.agent, found.kind) == (agent, "bot")


@pytest.mark.parametrize(
    "author",
    [
        ("Jan Bot", "jan.bot@example.nl"),
        ("Abbot", "abbot@example.org"),
        ("Nik", "nik@cline.bot"),
        ("bot", "b@x.y"),
    ],
)
def test_people_whose_name_has_bot_in_it(author: tuple[str, str]) -> None:
    assert attribution_of_commit("chore: x", author).kind == "human"
