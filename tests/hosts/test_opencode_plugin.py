"""OpenCode's plugin in a real Node.js: whatever happens, no hook of it throws, as that would fail the user's tool."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support import Repo
from tracker.hooks import template
from tracker.hosts.script import script_path, write_script

NODE: Final = shutil.which("node")
pytestmark = [pytest.mark.recorded_later, pytest.mark.skipif(NODE is None, reason="needs Node.js")]
BROKEN: Final = {
    "nothing is there": None,
    "it prints something else": "echo '[7'; exit 3\n",
    "it prints an object of another form": "cat >/dev/null; echo '{\"additionalContext\": 7}'\n",
    "it prints without end": "yes\n",
    "it fails": "exit 1\n",
    "it does not read": "exec </dev/null; sleep 0.2\n",
}


def called(repo: Repo, script: Path) -> dict[str, Any]:
    """Call all hooks of the plugin that runs a script."""
    folder = repo.path.parent / "plugin"
    folder.mkdir(exist_ok=True)
    text = template.plugin_text("opencode.js", "opencode", "OpenCode", json.dumps(str(script)))
    (folder / "plugin.mjs").write_text(text.replace("PATIENCE = 5000", "PATIENCE = 2000"), encoding="utf-8")
    (folder / "hooks.mjs").write_bytes(Path(__file__).with_name("opencode_hooks.mjs").read_bytes())
    done = subprocess.run(
        [str(NODE), str(folder / "hooks.mjs"), str(repo.path)], cwd=repo.path, env=repo.environment, text=True,
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_hooks_do_what_they_should(repo: Repo) -> None:
    repo.commit("feat: by opencode", env={"OPENCODE": "1"})
    folder = repo.path.parent / "hosts"
    write_script(folder)
    found = called(repo, script_path(folder))
    assert found["env"] == {"OPENCODE_SESSION_ID": "ses_dddb041caffe7AdRJGvy4W2LEp"}
    assert found["system"][0] == "first"
    assert [text.partition(".")[0] for text in found["system"][1:]] == [
        "agent-tracker records which agent makes which commit here"
    ] * 2
    assert found["output"] == "done"
    assert (found["id"], found["again"], found["reopened"]) == ("agent-tracker", 0, True)


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_no_hook_throws(repo: Repo, script: str | None) -> None:
    path = repo.path.parent / "script"
    if script is not None:
        path.write_text(script, encoding="utf-8")
    found = called(repo, path)
    assert (found["output"], found["system"]) == ("done", ["first"])
