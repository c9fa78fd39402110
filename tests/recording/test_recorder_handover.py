"""Events that arrive while a recorder is at work: their own recorders find its lock taken and end."""

import shlex
import subprocess

from tests.git_wrapper import wrap_git
from tests.program import TRACKER
from tests.support import Repo


def test_event_finished_while_a_recorder_works_is_recorded_by_it(repo: Repo) -> None:
    """The hook is still writing its event when the recorder reads the spool, and is done before the lock is free."""
    repo.commit("feat: base")
    repo.settle()
    repo.record_later()
    oid = repo.commit("feat: of an agent", env={"CLAUDECODE": "1"})
    (event,) = (repo.folder / "spool").iterdir()
    text = event.read_text(encoding="utf-8")
    assert text.endswith("\nend=1\n")
    event.write_text(text.removesuffix("end=1\n"), encoding="utf-8")

    git_dir = repo.folder.parent
    recorder = [*TRACKER, "hook", "post-commit", "--git-dir", str(git_dir), "--work-tree", str(repo.path)]
    mark = repo.path.parent / "finished"
    # The recorder asks for the refs after it has read the spool.
    script = f"""
case "$*" in *for-each-ref*)
    if mkdir {shlex.quote(str(mark))} 2>/dev/null; then
        echo end=1 >>{shlex.quote(str(event))}
        {shlex.join(recorder)}
    fi
esac"""
    environment = wrap_git(repo.path.parent / "wrapper", repo.environment, script)
    subprocess.run(recorder, env=environment, cwd=repo.path, check=True)
    assert mark.exists()
    assert repo.waiting_events() == []
    assert repo.line(oid)["agent"] == "claude-code"
