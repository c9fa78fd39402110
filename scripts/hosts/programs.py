"""The coding agents that ``try-hosts`` runs: where each comes from, how it starts, and which settings it needs."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

PROMPT: Final = "Make the commit"
KEY: Final = "none"
"""A key for a model that asks for none."""


class Sealed(NamedTuple):
    """The place of an agent: a home of its own, a repository, the address of the fake model, and the model's name."""

    home: Path
    repository: Path
    address: str
    model: str


class Host(NamedTuple):
    """A coding agent.

    ``agent``: its name in the catalogue. ``package``: in the registry. ``program``: the name of its executable.
    ``prepare``: writes its settings, and returns the variables it needs. ``words``: its arguments to work without a
    screen. ``screen``: its arguments to work at a terminal, where its shell has one too. ``with_terminal``: arguments
    by which its model asks for a shell that has a terminal. ``own_command``: a command of agent-tracker that it must
    run for its commit to be known, as it switches hooks off. ``tells_version``: a commit shows the agent's version.
    ``is_host``: it can be told to call agent-tracker. ``trusting``: more arguments by which it runs hooks that nobody
    has trusted. ``sandboxed``: its arguments to work in its own sandbox; empty if it has none. ``installs``: prepares a
    home for agent-tracker's package in a folder, and returns the commands that install it.
    """

    agent: str
    registry: Literal["npm", "pypi"]
    package: str
    program: str
    model: str
    prepare: Callable[[Sealed], Mapping[str, str]]
    words: Sequence[str]
    screen: Sequence[str] = ()
    with_terminal: Mapping[str, Any] = {}
    own_command: str = ""
    tells_version: bool = True
    is_host: bool = True
    trusting: Sequence[str] = ()
    sandboxed: Sequence[str] = ()
    installs: Callable[[Path, Path], Sequence[Sequence[str]]] | None = None


def _write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def _prepare_claude(at: Sealed) -> Mapping[str, str]:
    return {
        "ANTHROPIC_BASE_URL": at.address,
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_MODEL": at.model,
        "IS_SANDBOX": "1",  # else it refuses to work as root without asking
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }


def _prepare_codex(at: Sealed) -> Mapping[str, str]:
    folder = at.home / ".codex"
    folder.mkdir()
    (folder / "config.toml").write_text(
        f'model = "{at.model}"\nmodel_provider = "fake"\n\n'
        f'[model_providers.fake]\nname = "fake"\nbase_url = "{at.address}/v1"\n'
        'env_key = "FAKE_MODEL_KEY"\nwire_api = "responses"\n',
        encoding="utf-8",
    )
    return {"FAKE_MODEL_KEY": KEY}


def _prepare_opencode(at: Sealed) -> Mapping[str, str]:
    options = {"baseURL": f"{at.address}/v1", "apiKey": KEY}
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "fake", "options": options, "models": {at.model: {}}}
    settings = {
        "provider": {"fake": provider},
        "model": f"fake/{at.model}",
        "small_model": f"fake/{at.model}",
        "autoupdate": False,
        "share": "disabled",
    }
    _write_json(at.home / ".config" / "opencode" / "opencode.json", settings)
    return {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1"}


def _prepare_gemini(at: Sealed) -> Mapping[str, str]:
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False},
    }
    _write_json(at.home / ".gemini" / "settings.json", settings)
    return {
        "GEMINI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": at.address,
        "GEMINI_MODEL": at.model,
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
    }


def _prepare_copilot(at: Sealed) -> Mapping[str, str]:
    return {
        "COPILOT_PROVIDER_BASE_URL": f"{at.address}/v1",
        "COPILOT_PROVIDER_API_KEY": KEY,
        "COPILOT_MODEL": at.model,
        "COPILOT_OFFLINE": "true",
    }


def _prepare_qwen(at: Sealed) -> Mapping[str, str]:
    settings = {
        "security": {"auth": {"selectedType": "openai"}},
        "general": {"disableAutoUpdate": True, "enableAutoUpdate": False},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "$version": 4,  # else it writes the file anew
    }
    _write_json(at.home / ".qwen" / "settings.json", settings)
    return {"OPENAI_BASE_URL": f"{at.address}/v1", "OPENAI_API_KEY": KEY, "OPENAI_MODEL": at.model}


def _prepare_aider(at: Sealed) -> Mapping[str, str]:
    return {"OPENAI_API_BASE": f"{at.address}/v1", "OPENAI_API_KEY": KEY, "AIDER_ANALYTICS": "false"}


def _claude_installs(home: Path, package: Path) -> Sequence[Sequence[str]]:
    del home
    added = ["claude", "plugin", "marketplace", "add", str(package)]
    return [added, ["claude", "plugin", "install", "agent-tracker@agent-tracker"]]


def _gemini_installs(home: Path, package: Path) -> Sequence[Sequence[str]]:
    del home
    return [["gemini", "extensions", "install", str(package), "--consent"]]


def _opencode_installs(home: Path, package: Path) -> Sequence[Sequence[str]]:
    path = home / ".config" / "opencode" / "opencode.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    _write_json(path, settings | {"plugin": [package.as_uri()]})
    return []


_AIDER_WORDS: Final = (
    "--model", "openai/gpt-4.1", "--yes-always", "--no-check-update", "--no-show-model-warnings", "--no-gitignore",
    "--no-show-release-notes", "--map-tokens", "0", "--message",
)  # fmt: skip

HOSTS: Final = (
    Host(
        "claude-code", "npm", "@anthropic-ai/claude-code", "claude", "claude-opus-4-7", _prepare_claude,
        ("--dangerously-skip-permissions", "-p"), installs=_claude_installs,
    ),
    Host(
        "codex", "npm", "@openai/codex", "codex", "gpt-5.2-codex", _prepare_codex,
        ("exec", "--dangerously-bypass-approvals-and-sandbox"), with_terminal={"tty": True},
        trusting=("--dangerously-bypass-hook-trust",), sandboxed=("exec", "--sandbox", "workspace-write"),
    ),
    Host(
        "opencode", "npm", "opencode-ai", "opencode", "gpt-5.2", _prepare_opencode, ("run",),
        installs=_opencode_installs,
    ),
    Host(
        "gemini-cli", "npm", "@google/gemini-cli", "gemini", "gemini-2.5-pro", _prepare_gemini, ("--yolo", "-p"),
        screen=("--yolo", "-i"), own_command="sync", tells_version=False, installs=_gemini_installs,
    ),
    Host(
        "copilot-cli", "npm", "@github/copilot", "copilot", "gpt-5.4", _prepare_copilot,
        ("--allow-all-tools", "--allow-all-paths", "-p"),
    ),
    Host(
        "qwen-code", "npm", "@qwen-code/qwen-code", "qwen", "qwen3-coder-plus", _prepare_qwen, ("--yolo", "-p"),
        screen=("--yolo", "-i"),
    ),
    Host(
        "aider", "pypi", "aider-chat", "aider", "gpt-4.1", _prepare_aider, _AIDER_WORDS, tells_version=False,
        is_host=False,
    ),
)  # fmt: skip
