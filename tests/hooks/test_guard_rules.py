"""The guard's rules, and the evidence of agents for which its shell asks the program."""

import shlex
import subprocess
from collections.abc import Mapping

import pytest

from tests.agent_environments import AMBIENT, SURE
from tracker import attribution
from tracker.attribution import catalogue_file
from tracker.attribution.catalogue_types import VariableRule
from tracker.hooks import guard_rules, placeholders

RULES = catalogue_file.load()


@pytest.mark.parametrize("path", [".env", "a/b/.env", ".ENV", ".env.local", "a/.Env.Production", ".env.example.bak"])
def test_environment_files(path: str) -> None:
    assert guard_rules.is_environment_file(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env.example", "a/.env.sample", ".env.TEMPLATE", ".env.dist", ".env.defaults", ".env.production.example",
        ".env/bin/activate", ".envrc", "prod.env", "env", "a/env.py", ".environment", ".env-example.md",
    ],
)  # fmt: skip
def test_other_files(path: str) -> None:
    assert not guard_rules.is_environment_file(path)


def test_refusals_are_short_and_printable() -> None:
    refusal = guard_rules.environment_files_refusal(
        "x\x1b[31m", [f"{'d' * 500}\n\x07{number}/.env" for number in range(200)]
    )
    assert refusal.isprintable()
    assert len(refusal) < 600
    assert "and 197 more" in refusal
    assert guard_rules.halted_refusal("a b\n", -2).isprintable()
    assert "'agent-tracker reinstate claude-code --plan TEXT'" in guard_rules.halted_refusal("claude-code", 0)


# -- the shell -------------------------------------------------------------------------------------------------------


def shell_asks(environments: list[Mapping[str, str]], *, terminal: bool) -> list[bool]:
    """Return for each environment True if the guard's hook asks the program."""
    values = placeholders.values(RULES)
    together = "" if terminal else values["@AGENT_COMBINATIONS@"]
    evidence = f"evidence={values['@AGENT_VARIABLES@']}\n{values['@AGENT_VALUES@']}\n{together}"
    script = f"asks() {{\n{evidence}\necho ${{evidence:+yes}}\n}}\n"
    for environment in environments:
        script += f"({' '.join(f'{name}={shlex.quote(text)}' for name, text in environment.items()) or ':'}; asks)\n"
    done = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return [line == "yes" for line in done.stdout.splitlines()]


def matching_value(rule: VariableRule) -> str:
    return rule.equals or f"x{rule.contains or ''}x"


def test_shell_asks_for_each_environment_that_names_an_agent() -> None:
    environments = [{rule.name: matching_value(rule)} for agent in RULES for rule in agent.variables]
    environments += [
        {rule.name: matching_value(rule) for rule in combination.variables}
        for agent in RULES
        for combination in agent.combinations
    ]
    environments += [{"AGENT": "1"}, {"AGENT": "claude"}, {"AI_AGENT": "new_one"}, {"AGENT_TRACKER_AGENT": "mine"}]
    environments += [*SURE.values(), {"AGENT_TRACKER_MODEL": "gpt-5"}]
    for terminal in (False, True):
        results = shell_asks([*environments], terminal=terminal)
        for environment, asks in zip(environments, results, strict=True):
            evidence = attribution.evidence_from_circumstances(environment, RULES, terminal=terminal)
            if attribution.attribute(evidence).kind == "agent":
                assert asks, environment


def test_shell_does_not_ask_for_variables_of_a_person() -> None:
    person = {**AMBIENT, "AGENT_TRACKER_SESSION": "1234567890", "SHELL": "/bin/sh", "HOME": "/home/jules"}
    assert shell_asks([person, {}], terminal=True) == [False, False]
    assert shell_asks([{}, {"TERM_PROGRAM": "vscode", "GIT_PAGER": "less", "PAGER": "cat"}], terminal=False) == [
        False,
        False,
    ]
