"""The site of the documents in a real browser, opened as files: it asks nobody, its search works, and it fits."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser.opened_page import WIDTHS

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ("index", "first-day", "hook-managers", "commands", "ledger")

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None,
    reason="needs the dependency group 'site'",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "-f", "scripts/website/mkdocs.yml", "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(words, cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in ("light", "dark")], ids=str)
def window(browser: Any, request: pytest.FixtureRequest) -> Iterator[tuple[Any, list[str]]]:
    """A page without a document, and a list of what the documents ask other hosts for and complain about."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
    page = context.new_page()
    noticed: list[str] = []
    page.on("request", lambda one: noticed.append(one.url) if "://" in one.url and one.url[:5] != "file:" else None)
    page.on("console", lambda one: noticed.append(one.text))
    page.on("pageerror", lambda one: noticed.append(str(one)))
    yield page, noticed
    context.close()


def test_pages_ask_nobody_and_fit(site: Path, window: tuple[Any, list[str]]) -> None:
    page, noticed = window
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri(), wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert noticed == []


def test_search_works_without_a_server(site: Path, window: tuple[Any, list[str]]) -> None:
    page, noticed = window
    page.goto((site / "index.html").as_uri(), wait_until="load")
    page.keyboard.press("/")
    page.keyboard.type("reinstate")
    page.wait_for_selector(".md-search-result__link[href*='commands.html']", state="attached")
    assert noticed == []
