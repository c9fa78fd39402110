"""A process of its own that grades HEAD of PLACE once for each line of its input, and answers each with a line."""

import sys
from pathlib import Path

from tracker.feedback import grades
from tracker.feedback.actor import Actor
from tracker.feedback.grades import Opinion
from tracker.git import Repository
from tracker.model import GRADES
from tracker.project.project import open_project


def main(place: Path) -> None:
    project = open_project(Repository.discover(place), {}, deadline=300.0)
    oid = project.repository.head()
    assert oid is not None
    actor = Actor("claude-code", has_terminal=False)
    for number, _ in enumerate(sys.stdin):
        opinion = Opinion("agent", GRADES[number % len(GRADES)], f"note {number}")
        grades.give_grades(project, [oid], [opinion], "", actor, grades.COMMAND_LINE)
        print(flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
