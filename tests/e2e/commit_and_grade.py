"""A process of its own that commits and grades as an agent: PLACE NAME COUNT. Grades ten commits at a time."""

import subprocess
import sys
from pathlib import Path

from tracker.feedback import grades
from tracker.feedback.actor import Actor
from tracker.feedback.grades import Opinion
from tracker.git import Repository
from tracker.model import GRADES
from tracker.project.project import open_project
from tracker.recording.reconcile import reconcile


def main(place: Path, name: str, count: int) -> None:
    actor = Actor("claude-code", has_terminal=False)
    project = open_project(Repository.discover(place), {}, deadline=300.0)
    git = ["git", "-c", "user.name=Claude", "-c", "user.email=noreply@anthropic.com"]
    waiting = []
    for number in range(count):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", f"feat: {name} {number}"], cwd=place, check=True)
        waiting.append(project.repository.head())
        if len(waiting) == 10:
            reconcile(project)
            for position, oid in enumerate(waiting):
                assert oid is not None
                opinion = Opinion("agent", GRADES[(number + position) % len(GRADES)], name)
                grades.record_grades(project, [oid], [opinion], "", actor, grades.COMMAND_LINE)
            waiting = []


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
