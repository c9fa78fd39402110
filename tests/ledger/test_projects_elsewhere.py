"""A project that another machine shared without its path counts the same in whatever order its paths stand."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.random_ledgers import exported, meaning
from tests.exchange.test_exchange_properties import take
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_facts, differences, flush, project_entry
from tracker.exchange.event_lines import line_of
from tracker.exchange.events import ProjectEvent
from tracker.exchange.ledger_events import commit_event
from tracker.exchange.value_types import Place, Second, Word
from tracker.ledger import Ledger
from tracker.model import ELSEWHERE


def shared(*paths: str) -> bytes:
    """Return a project, that began first, and a commit that another project has too."""
    fields: Any = (PROJECTS[1], Word("shop"), tuple(map(Place, paths)), "sha1", Second(0), Second(0))
    commit = commit_event(PROJECTS[1], OIDS[3], commit_facts(3, live=True))
    return line_of(ProjectEvent(*fields)) + line_of(commit)


@pytest.mark.parametrize("paths", [*itertools.permutations(["/a/.git", f"{ELSEWHERE}shop", "f:/shop"], 2)])
def test_the_order_of_paths_does_not_matter(tmp_path: Path, paths: tuple[str, str]) -> None:
    first, second = Ledger(tmp_path / "first"), Ledger(tmp_path / "second")
    for ledger in (first, second):
        flush(ledger, [one for one in BASE if getattr(one, "project", None) == PROJECTS[0]])
    take(first, shared(*paths))
    take(second, exported(first))
    assert meaning(second) == meaning(first)
    assert exported(second) == exported(first)
    assert differences(first) == differences(second) == []


def test_a_project_that_is_tracked_here_after_it_was_shared_counts_as_one_of_here(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [one for one in BASE if getattr(one, "project", None) == PROJECTS[0]])
    take(ledger, shared(f"{ELSEWHERE}shop"))
    assert differences(ledger) == []
    flush(ledger, [project_entry(PROJECTS[1])])
    assert differences(ledger) == []
