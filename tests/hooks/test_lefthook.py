"""Our hooks as jobs in lefthook's own configuration, as docs/hook-managers.md describes."""

from pathlib import Path

import pytest

from tests.doctor import apply_fixes, findings
from tests.hooks.recorded_history import assert_recorded_by_hooks, make_history
from tests.shell import run_shell
from tests.support import Repo


@pytest.mark.whole
def test_documented_jobs_run_our_hooks(untracked: Repo, notes: Path, node_modules: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "hook-managers.md").read_text(encoding="utf-8")
    untracked.environment["PATH"] = f"{node_modules / '.bin'}:{untracked.environment['PATH']}"
    untracked.write("lefthook.yml", "output: false\n" + text.split("```yaml\n# lefthook.yml\n")[1].split("```")[0])
    untracked.tracker("init")
    run_shell(untracked, "lefthook install --force")
    assert findings(untracked) == []
    pairs = make_history(untracked)
    assert_recorded_by_hooks(untracked, pairs)
    (untracked.folder / "hooks" / "post-commit").unlink()
    apply_fixes(untracked)
    untracked.tracker("uninstall")
    assert run_shell(untracked, "git commit -q --allow-empty -m 'feat: after uninstall' 2>&1") == ""
