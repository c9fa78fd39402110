"""Pages that several tests read."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.page.made_pages import rich_repository, write_page
from tests.page.read_page import ReadPage
from tests.support import Repo


class Rich(NamedTuple):
    """A repository with a year of work by several set-ups, its page, and what ``recommend --json`` says of it."""

    repo: Repo
    file: Path
    page: ReadPage
    known: dict[str, Any]


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Rich:
    folder = tmp_path_factory.mktemp("rich")
    repo = rich_repository(folder)
    file = write_page(repo, folder / "page.html")
    return Rich(repo, file, ReadPage(file.read_text(encoding="utf-8")), repo.json("recommend"))
