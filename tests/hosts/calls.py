"""Calling agent-tracker as a host does: JSON on standard input, in the folder where its agent works."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.program import TRACKER, WHOLE, run_here
from tests.support import Repo
from tracker.hosts.host_table import HOSTS, Host, host_named
from tracker.hosts.script import script_path, write_script

PAYLOADS: Final = Path(__file__).with_name("payloads")
"""Words of real hosts, by host and event: Claude Code 2.1.332, Codex 0.171.0, OpenCode 1.18.33, Gemini CLI 0.61.0,
Copilot CLI 1.0.102, Qwen Code 0.24.4."""


NO_HOOKS: Final = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": ""}
GEMINI: Final = {"GEMINI_CLI": "1", **NO_HOOKS}
CODEX: Final = {"CODEX_THREAD_ID": "01a2224f-2326-75e0-a768-0e66593123de"}
"""Environments of commits: without git's hooks, of Gemini CLI, which switches them off, and of Codex."""


class HostAt:
    """A host with its agent at work in a repository: one session, whose tools are numbered."""

    def __init__(
        self, repo: Repo, name: str, session: str, env: Mapping[str, str] | None = None, shell: str = "sh"
    ) -> None:
        host = host_named(name)
        assert host is not None
        self.host: Host = host
        self.repo = repo
        self.session = session
        self._env = dict(env or {})
        self._shell = shell
        self._script = script_path(repo.path.parent / "hosts")
        write_script(self._script.parent)

    def say(self, event: str, call: str = "call-1", **more: Any) -> dict[str, Any] | None:
        """Call as the host's settings do, and return the answer."""
        words = {"session_id": self.session, "tool_use_id": call} if self.session else {}
        words |= {"cwd": str(self.repo.path), **more}
        data = json.dumps(words).encode()
        return answer_of(call_script(self._script, self.host, event, data, self.repo, self._env, self._shell))

    def tool(self, call: str = "call-1") -> "Tool":
        """Announce a call of its tool that runs commands."""
        assert self.say("before-tool", call) is None
        return Tool(self, call)


class Tool:
    """A call of a tool that has begun."""

    def __init__(self, host: HostAt, call: str) -> None:
        self._host = host
        self._call = call

    def end(self, printed: str = "", **more: Any) -> str:
        """End it, and return the text for the model, empty without one."""
        answer = self._host.say("after-tool", self._call, tool_response=printed, **more)
        return text_in(answer)


def call_script(
    script: Path, host: Host, event: str, data: bytes, repo: Repo, env: Mapping[str, str], shell: str = "sh"
) -> subprocess.CompletedProcess[bytes]:
    """Run the script of hosts with what a host says."""
    environment = {**repo.environment, **env}
    words = [*shell.split(), str(script), host.agent, event]
    return subprocess.run(words, cwd=repo.path, env=environment, input=data, capture_output=True, check=False)


def call_program(
    name: str, event: str, data: bytes, cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run ``agent-tracker host`` with what a host says; in this process, unless everything is run."""
    if WHOLE:
        return call_process(name, event, data, cwd, environment)
    here = run_here(["host", name, event], cwd, environment, data)
    return subprocess.CompletedProcess(here.args, here.returncode, here.stdout.encode(), here.stderr.encode())


def call_process(
    name: str, event: str, data: bytes, cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run ``agent-tracker host`` as a new process, with what a host says."""
    return subprocess.run(
        [*TRACKER, "host", name, event], cwd=cwd, env=environment, input=data, capture_output=True, check=False
    )


def call_many(repo: Repo, calls: Iterable[tuple[str, str, bytes]]) -> list[dict[str, Any] | None]:
    """Answer many calls, each a host, an event and what the host says."""
    return [answer_of(call_program(name, event, data, repo.path, repo.environment)) for name, event, data in calls]


def answer_of(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any] | None:
    """Return the object that was printed, None for nothing; fail for anything else, and for another code than 0."""
    assert (done.returncode, done.stderr) == (0, b""), done
    if not done.stdout:
        return None
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def text_in(answer: Mapping[str, Any] | None) -> str:
    """Return the text for the model in an answer, whatever the host's form; empty without one."""
    if answer is None:
        return ""
    nested = answer.get("hookSpecificOutput", answer)
    return str(nested.get("additionalContext") or nested.get("additional_context") or answer.get("reason") or "")


def maker(repo: Repo, revision: str = "HEAD") -> str:
    """Return who made a commit, by the log."""
    return str(repo.line(repo.head(revision))["agent"])


EVERY_HOST: Final = [host.agent for host in HOSTS]
