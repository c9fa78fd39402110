"""The site of the documents. These tests need the dependency group ``site``."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
LOADED: Final = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""The attributes by which a page loads something. A link of the kind ``canonical`` or ``next`` loads nothing."""

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None,
    reason="needs the dependency group 'site'",
)


def build(root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "scripts/website/mkdocs.yml", "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


class Loads(HTMLParser):
    """The addresses that a page loads."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in LOADED and values.get("rel") not in {"canonical", "prev", "next"}:
            self.found.append(values.get(LOADED[tag]) or "")


def addresses(site: Path) -> Iterator[tuple[str, str]]:
    """Yield what pages and styles load, each with its file."""
    for page in site.rglob("*.html"):
        yield from ((page.name, address) for address in Loads(page).found)
    for style in (*site.rglob("*.css"), *site.rglob("*.svg")):
        text = style.read_text(encoding="utf-8")
        for form in (r"url\(([^)]*)\)", r"@import ([^;]*);", r"href=\"([^\"]*)\""):
            yield from ((style.name, address) for address in re.findall(form, text))


def test_pages_load_nothing_from_another_host(site: Path) -> None:
    found = [*addresses(site)]
    assert any("iframe-worker.js" in address for _, address in found)
    assert [one for one in found if re.match(r"[\"']?(?:https?:)?//", one[1])] == []


def test_every_page_is_built(site: Path) -> None:
    wanted = {page.with_suffix(".html").name for page in ROOT.glob("docs/*.md")} | {
        "changelog.html",
        "contributing.html",
    }
    assert wanted <= {page.name for page in site.glob("*.html")}


def test_broken_link_is_an_error(tmp_path: Path) -> None:
    for name in ("docs", "scripts/website"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path)
    with (tmp_path / "docs" / "guard.md").open("a", encoding="utf-8") as page:
        page.write("\n[a heading that is not there](grading.md#no-such-heading)\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert "no-such-heading" in done.stderr
