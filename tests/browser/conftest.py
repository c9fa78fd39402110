"""A real Chromium and axe-core. These tests run with ``AGENT_TRACKER_TEST_BROWSER=1`` only (docs/report-page.md)."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser.opened_page import OpenedPage
from tests.page.made_pages import (
    STATES,
    commit,
    hostile_report,
    report_of,
    repository,
    rich_repository,
    write_page,
)
from tracker.model import GradeValue
from tracker.reports.page.commit_list import MOST
from tracker.reports.page.document import page_as_html
from tracker.reports.set_ups.set_up import SetUp

HERE: Final = Path(__file__).parent
CHROMIUM: Final = os.environ.get("AGENT_TRACKER_TEST_CHROMIUM") or shutil.which("chromium") or "chromium"
PAGES: Final = ("rich", "hostile", "many", "empty", *STATES)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("AGENT_TRACKER_TEST_BROWSER") != "1":
        skip = pytest.mark.skip(reason="needs a browser: AGENT_TRACKER_TEST_BROWSER=1")
        for item in items:
            if item.path.parent == HERE:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core, as npm installs it."""
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of all pages, by name."""
    folder = tmp_path_factory.mktemp("pages")
    written = {name: folder / f"{name}.html" for name in PAGES}
    write_page(rich_repository(folder / "rich"), written["rich"])
    write_page(repository(folder / "empty", []), written["empty"])
    for name, work in STATES.items():
        write_page(repository(folder / name, work), written[name])
    written["hostile"].write_bytes(page_as_html(hostile_report()).encode())
    grades: tuple[GradeValue | None, ...] = (2, None, -1, None, None)
    models = [SetUp(("agent", f"model {number}"), is_agent=True) for number in range(12)]
    many = (
        commit(models[number % 11], number // 3, f"feat: change {number}", grades[number % 5])
        for number in range(MOST + 100)
    )
    written["many"].write_bytes(page_as_html(report_of(many)).encode())
    return written


@pytest.fixture
def opened(browser: Any, pages: dict[str, Path]) -> Iterator[Callable[..., OpenedPage]]:
    """Open a page by its name; it is closed after the test."""
    every: list[OpenedPage] = []

    def open_page(name: str, *arguments: Any, **options: Any) -> OpenedPage:
        every.append(OpenedPage(browser, pages[name], *arguments, **options))
        return every[-1]

    yield open_page
    for one in every:
        one.close()
