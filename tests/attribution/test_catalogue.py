"""The catalogue of agents: what its own entries must have, the user's additions, addresses of one agent each."""

from pathlib import Path

from tests.attribution.commits import RULES, commit
from tracker.attribution import Catalogue, attribute, catalogue_file, evidence_from_commit


def test_every_own_entry_has_a_rule_and_a_source() -> None:
    text = (Path(catalogue_file.__file__).parent / "catalogue.toml").read_text(encoding="utf-8")
    rows = [line for line in text.split("\n") if line.startswith("  { ")]
    assert all("confidence = " in row and "source = " in row for row in rows)
    assert len(rows) > 350
    fields = (
        "variables", "combinations", "addresses", "authors", "trailers", "lines", "names", "processes", "branches",
    )  # fmt: skip
    for agent in RULES:
        assert any(getattr(agent, field) for field in fields), agent.name
        assert all(len(rule.pattern) <= 15 for rule in agent.processes if rule.match_by == "name")
        assert all(name in RULES.by_name for name in agent.wraps)
    assert len({agent.name for agent in RULES}) == len(RULES) == 82
    aliases = [alias for agent in RULES for alias in {agent.name, *agent.aliases}]
    assert len(aliases) == len(set(aliases))


def test_each_address_belongs_to_one_agent() -> None:
    owners: dict[tuple[str, str | None], str] = {}
    for agent in RULES:
        for rule in agent.addresses:
            assert owners.setdefault((rule.email.lower(), rule.name), agent.name) == agent.name


def test_catalogue_sorts_entries_by_name() -> None:
    assert [agent.name for agent in Catalogue(reversed(RULES.agents))] == [agent.name for agent in RULES]


def test_users_entries_are_added_and_replace_own_ones(tmp_path: Path) -> None:
    own = tmp_path / "agents.toml"
    own.write_text(
        "[[agent]]\nname = 'mine'\nkind = 'agent'\naddresses = [{ email = 'bot@mine.dev' }]\n"
        "[[agent]]\nname = 'codex'\nkind = 'agent'\naddresses = [{ email = 'codex@mine.dev' }]\n"
        "[[agent]]\nname = 'bad'\n"
    )
    rules = catalogue_file.load_with_user_entries(own)

    def agent_with_address(email: str) -> str:
        return attribute(evidence_from_commit(commit(author=("x", email)), rules)).agent

    assert agent_with_address("bot@mine.dev") == "mine"
    assert agent_with_address("codex@mine.dev") == "codex"
    assert agent_with_address("codex@openai.com") == "human"
    assert len(rules) == len(RULES) + 1
    assert catalogue_file.load_with_user_entries(tmp_path / "none.toml") is RULES
