"""Evidence of what the user states: environment variables of agent-tracker, and git's configuration."""

from tests.attribution.commits import RULES, attribution_of_moment
from tracker.attribution import attribute, combine, evidence_from_circumstances, evidence_from_config
from tracker.model import Attribution


def test_users_variable_outranks_agents_variable() -> None:
    found = attribution_of_moment(CLAUDECODE="1", AGENT_TRACKER_AGENT="My Own Agent", AGENT_TRACKER_MODEL="m-1")
    assert found == Attribution("my-own-agent", "agent", "m-1", "high", "user", ("claude-code",))


def test_model_without_agent_is_an_unknown_agent() -> None:
    found = attribution_of_moment(AGENT_TRACKER_MODEL="m-1")
    assert (found.agent, found.kind, found.model) == ("unknown-agent", "agent", "m-1")


def test_users_variable_can_name_human() -> None:
    assert attribution_of_moment(AGENT_TRACKER_AGENT="human", CLAUDECODE="1").kind == "human"


def test_configuration_is_outranked_by_environment() -> None:
    config = evidence_from_config("opencode", None, RULES)
    environment = evidence_from_circumstances({"CLAUDECODE": "1"}, RULES, terminal=False)
    assert attribute(config).agent == "opencode"
    assert attribute(combine(config, environment)).agent == "claude-code"
