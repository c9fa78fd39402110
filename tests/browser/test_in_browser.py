"""The page in a real browser: it asks for nothing, breaks no rule, and everything in it works by keyboard."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import PAGES
from tests.browser.opened_page import WIDTHS, OpenedPage

Open = Callable[..., OpenedPage]
SCHEMES: Final = ("light", "dark")
FOCUSED: Final = "(() => { const one = document.activeElement; return one.id || one.tagName; })()"
TIP: Final = "(() => { const tip = document.getElementById('tip'); return tip.hidden ? null : tip.textContent; })()"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_asks_for_nothing_and_has_no_error_or_barrier(
    opened: Open, axe: str, name: str, width: int, scheme: str
) -> None:
    page = opened(name, width, scheme)
    page.open_folds()
    assert (page.noticed, page.refused(), page.sideways()) == ([], [], 0)
    assert page.accessibility(axe) == []


def test_policy_refuses_everything_else(opened: Open) -> None:
    page = opened("rich")
    done = page.run("""async () => {
        const done = {};
        const attempt = async (name, act) => {
            try { done[name] = await act(); } catch (error) { done[name] = error.name; }
        };
        await attempt("eval", () => new Promise((told) => setTimeout(() => {
            try { told((0, eval)("1")); } catch (error) { told(error.name); }
        })));
        await attempt("script", () => { document.createElement("script").textContent = "1"; return "ran"; });
        await attempt("html", () => { document.body.insertAdjacentHTML("beforeend", "<b>x</b>"); return "ran"; });
        await attempt("fetch", async () => { await fetch("https://example.org/"); return "ran"; });
        await attempt("image", () => new Promise((told) => {
            const one = new Image(); one.onload = () => told("ran"); one.onerror = () => told("refused");
            one.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
        }));
        const box = document.createElement("div"); box.setAttribute("style", "color: red"); document.body.append(box);
        done.style = box.style.color || "refused";
        return done;
    }""")
    assert done == {
        "eval": "EvalError", "script": "TypeError", "html": "TypeError", "fetch": "TypeError",
        "image": "refused", "style": "refused",
    }  # fmt: skip
    assert len(page.refused()) >= 4


@pytest.mark.parametrize("name", ["rich", "hostile", "few"])
@pytest.mark.parametrize("width", [320, 390, 768, 810, 1000, 1280, 1920])
def test_nothing_is_wider_than_the_window(opened: Open, name: str, width: int) -> None:
    page = opened(name, width)
    assert page.sideways() == 0
    page.open_folds()
    assert page.sideways() == 0
    page.page.set_viewport_size({"width": width + 150, "height": 800})
    page.page.wait_for_timeout(100)
    assert page.sideways() == 0


def test_every_dot_and_link_lists_exactly_its_commits(opened: Open) -> None:
    page = opened("rich")
    page.open_folds()
    links = page.run("""[...document.querySelectorAll('main a[href^="#commits?"]')].map((one) => ({
        href: one.getAttribute("href"), text: one.getAttribute("aria-label") || one.textContent}))""")
    assert len(links) > 150
    wrong = []
    for link in links:
        page.run(f"void (location.hash = {link['href']!r})")
        page.page.wait_for_function(f"location.hash === {link['href']!r}")
        dot = re.search(r"(\d+) of (\d+) commits", link["text"])
        number = (int(dot[1]) or int(dot[2])) if dot else int(re.findall(r"[\d,]+", link["text"])[0].replace(",", ""))
        page.page.wait_for_timeout(5)
        if page.count() != number:
            wrong.append((link, page.count()))
    assert wrong == []


class TestKeyboard:
    def test_dots_of_a_panel_are_one_stop_and_arrows_go_from_one_to_the_next(self, opened: Open) -> None:
        page = opened("rich")
        stops = page.run("""[...document.querySelectorAll("#outcomes-chart svg")].map((svg) =>
            [svg.querySelectorAll("a").length, svg.querySelectorAll('a[tabindex="0"]').length])""")
        assert stops == [[6, 1]] * 4
        page.page.locator("#outcomes-chart svg a").first.focus()
        first = page.run(TIP)
        page.page.keyboard.press("ArrowDown")
        second = page.run(TIP)
        assert first.startswith("claude-code with claude-opus-4.7, Half kept, 14 days: ")
        assert second.startswith("codex with gpt-5.2-codex, Half kept, 14 days: ")
        page.page.keyboard.press("Escape")
        assert page.run(TIP) is None
        page.page.keyboard.press("ArrowUp")
        page.page.keyboard.press("ArrowUp")
        assert page.run(TIP).startswith("person or unmarked, Half kept")

    def test_enter_lists_the_commits_of_a_dot_and_moves_there(self, opened: Open) -> None:
        page = opened("rich")
        dot = page.page.locator("#outcomes-chart svg a").first
        label = dot.get_attribute("aria-label") or ""
        dot.focus()
        page.page.keyboard.press("Enter")
        page.page.wait_for_function("document.activeElement.id === 'commits-title'")
        assert page.count() == int(re.findall(r"(\d+) of \d+ commits", label)[0])
        assert page.run("document.querySelector('#filters [name=became]').value") == "kept-14"
        assert page.run(TIP) is None

    def test_filters_by_keyboard(self, opened: Open) -> None:
        page = opened("rich")
        every = page.count()
        page.page.locator("#filters [name=kind]").focus()
        page.page.keyboard.type("docs")
        docs = page.count()
        page.page.locator("#filters [name=words]").focus()
        page.page.keyboard.type("SETTINGS")
        settings = page.count()
        assert 0 < settings < docs < every
        assert page.run("location.hash") == "#commits?kind=docs&words=SETTINGS"
        assert page.page.locator("#count").get_attribute("role") == "status"
        page.page.locator("#filters button").focus()
        page.page.keyboard.press("Enter")
        page.page.wait_for_function("location.hash === '#commits?'")
        assert page.count() == every

    def test_same_link_twice_sets_the_filters_twice(self, opened: Open) -> None:
        page = opened("rich")
        link = page.page.locator("#standings td a").first
        link.click()
        page.page.wait_for_function("location.hash !== ''")
        first, text = page.count(), page.page.inner_text("#count")
        page.page.locator("#filters [name=user]").select_option("bad")
        assert page.count() != first
        link.click()  # the page follows the address a moment later
        page.page.wait_for_function("shown => document.querySelector('#count').innerText === shown", arg=text)
        assert page.count() == first

    def test_fifty_more_at_a_time(self, opened: Open) -> None:
        page = opened("rich")
        rows = "document.querySelectorAll('#list tbody tr').length"
        assert page.run(rows) == 50
        page.page.locator("#more").focus()
        page.page.keyboard.press("Enter")
        assert (page.run(rows), page.run(FOCUSED)) == (100, "more")

    def test_address_of_a_choice_opens_it(self, opened: Open) -> None:
        page = opened("rich")
        page.go("#commits?became=reverted&first=2000-01-01&set-up=999&nonsense=1")
        assert page.run("document.querySelector('#filters [name=became]').value") == "reverted"
        assert page.run("document.querySelector('#filters [name=set-up]').value") == ""
        assert 0 < page.count() < 100

    def test_first_stop_skips_to_the_verdict_and_all_stops_are_few(self, opened: Open) -> None:
        page = opened("rich")
        page.page.keyboard.press("Tab")
        assert page.run("document.activeElement.textContent") == "Skip to the verdict"
        page.page.keyboard.press("Enter")
        assert page.run("document.activeElement.id") == "main"
        stops = 0
        while page.run("!document.activeElement.closest('#commits')") and stops < 150:
            page.page.keyboard.press("Tab")
            stops += 1
        assert stops < 100


def test_ten_thousand_commits_are_listed_and_filtered(opened: Open) -> None:
    page = opened("many")
    assert page.count() == 10_000
    assert page.run("document.querySelectorAll('svg').length") > 10
    page.page.locator("#filters [name=user]").select_option("bad")
    assert page.count() == 2020


def test_without_javascript_all_numbers_are_there(opened: Open) -> None:
    page = opened("rich", java_script_enabled=False)
    assert page.page.locator("table").count() > 8
    assert "\u00a0%" in page.page.locator("#standings").inner_text()
    assert page.page.locator("noscript").count() == 1


def test_print_is_light_and_shows_what_is_folded(opened: Open, tmp_path: Path) -> None:
    page = opened("rich", 1280, "dark")
    page.page.emulate_media(media="print", color_scheme="dark")
    assert page.run("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.run("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.run("document.querySelector('#outcomes details table').getBoundingClientRect().height") > 100
    assert page.page.pdf(path=str(tmp_path / "page.pdf"), format="A4")[:4] == b"%PDF"
