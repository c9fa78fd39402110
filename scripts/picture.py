"""Take the pictures in docs/report-page.md: the report on a made-up repository, in a real browser.

Needs Chromium, fonts and the dependency group ``browser``, as the browser tests do.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).parents[1]))

from tests.browser.opened_page import OpenedPage
from tests.page.made_pages import rich_repository, write_page

ROOT: Final = Path(__file__).parents[1]
_HEIGHTS: Final = {1280: 1500, 390: 1500}
"""Pixels from the top of the page that are shown, by the width of the window."""


def main() -> int:
    """Write the pictures, one for each width and colour scheme, and return 0."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = write_page(rich_repository(Path(folder)), Path(folder) / "page.html")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width, height in _HEIGHTS.items():
            for scheme in ("light", "dark"):
                opened = OpenedPage(browser, file, width, scheme)
                opened.page.wait_for_timeout(300)  # charts are drawn again when their width is known
                opened.page.screenshot(
                    path=str(ROOT / "docs" / f"report-{width}-{scheme}.png"),
                    full_page=True,
                    scale="css",
                    clip={"x": 0, "y": 0, "width": width, "height": height},
                )
                opened.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
