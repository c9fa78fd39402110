"""Text of repositories stays text in the page, shows what it hides, and turns no other text round."""

import json
import re
from pathlib import Path

import pytest

from tests.page.made_pages import HOSTILE, commit, hostile_report, report_of, write_page
from tests.page.read_page import ReadPage
from tests.support import Repo
from tracker.reports.page.document import page_as_html
from tracker.reports.page.markup import Html, as_script_data, isolated, joined, tag, visible
from tracker.reports.set_ups.set_up import SetUp

_ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "p", "main", "section", "h2", "h3", "nav",
    "ul", "li", "b", "i", "small", "span", "div", "bdi", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "details", "summary", "form", "label", "select", "option", "input", "button", "noscript", "footer", "pre", "script",
}  # fmt: skip


@pytest.fixture(scope="module")
def text() -> str:
    return page_as_html(hostile_report())


@pytest.fixture(scope="module")
def page(text: str) -> ReadPage:
    return ReadPage(text)


def test_no_text_becomes_an_element_or_an_attribute(page: ReadPage) -> None:
    assert {one.name for one in page.root.all()} <= _ELEMENTS
    attributes = {name for one in page.root.all() for name in one.attributes}
    assert not {name for name in attributes if name.startswith("on") or name in {"style", "src"}}
    assert len(page.root.all("script")) == 5  # three scripts, and two of data


def test_no_text_ends_the_data(text: str, page: ReadPage) -> None:
    assert text.count("</script>") == 5
    assert "<!--" not in text
    assert page.commits["subject"][0].startswith("<script>alert(1)</script>")
    assert {"facts", "listed"} == {one.attributes["id"] for one in page.root.all("script") if "type" in one.attributes}


def test_hidden_characters_are_shown(text: str) -> None:
    text.encode()  # no lone surrogate is left
    for hidden in "\x00\x07\x1b\x85\u202e\u2028\u200b\udcff":
        assert hidden not in text
    for sign in ("\u2400", "\u2407", "\u241b", "[U+0085]", "[U+202E]", "[U+2028]", "[U+200B]", "[U+DCFF]"):
        assert sign in text
    assert "\U0001f469\u200d\U0001f469" in text  # what joins an emoji is no trick


def test_every_name_is_isolated_and_long_ones_are_cut(page: ReadPage) -> None:
    heads = [row.all("th")[0] for row in page.by_id("set-ups").all("tbody")[0].all("tr")]
    assert len(heads) == len(HOSTILE)
    for head in heads:
        names = head.all("bdi")
        assert len(names) == 2
        assert all(len(name.text) <= 48 for name in names)
        rest = head.text.replace("too few", "").replace("leads", "")
        assert rest.split() == [word for name in names for word in name.text.split()]
    cut = [name for head in heads for name in head.all("bdi") if "title" in name.attributes]
    assert {name.attributes["title"] for name in cut} == {"x" * 300}


@pytest.mark.whole
def test_links_of_hostile_set_ups_count_as_all_others(page: ReadPage) -> None:
    links = page.numbers_of_links()
    assert len(links) > 100
    assert all(len(page.chosen(address)) == number for number, address in links)


def test_hostile_repository_through_the_program(untracked: Repo) -> None:
    place = Repo.make(untracked.path.parent / "<b>shop<i> \u202egpj", untracked.environment)
    place.tracker("init")
    agent = "Co-authored-by: Codex (<img src=x onerror=alert(1)>) <codex@openai.com>"
    for number, text in enumerate(HOSTILE):
        subject = text.replace("\x00", "").encode("utf-8", "replace").decode().replace("\n", " ")
        place.commit(f"feat: {subject} {number}", options=["--trailer", agent])
    place.settle()
    page = ReadPage(write_page(place, untracked.path.parent / "page.html").read_text(encoding="utf-8"))
    assert "<b>shop<i> [U+202E]gpj" in page.root.all("h1")[0].text
    assert {one.name for one in page.root.all()} <= _ELEMENTS
    assert len(page.commits["subject"]) == len(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_survives_a_parser_unchanged_but_for_signs(text: str) -> None:
    page = ReadPage(tag("p", text, title=text))
    (element,) = page.root.all("p")
    assert element.text == element.attributes["title"] == visible(text)


class TestMarkup:
    def test_what_is_no_html_is_escaped_also_after_joining(self) -> None:
        part = tag("b", "<i>")
        assert tag("p", part, "<b>") == "<p><b>&lt;i&gt;</b>&lt;b&gt;</p>"
        assert tag("p", part + "<b>") == "<p>&lt;b&gt;&amp;lt;i&amp;gt;&lt;/b&gt;&lt;b&gt;</p>"  # a plain text again
        assert joined(Html("<b>"), "<b>") == "<b>&lt;b&gt;"

    def test_attributes_are_named_as_in_html(self) -> None:
        assert tag("input", class_="a", aria_label='"', hidden=True, title=None, tabindex=0) == (
            '<input class="a" aria-label="&quot;" hidden tabindex="0">'
        )

    def test_isolated_text_may_be_anything(self) -> None:
        assert isolated("\u202e<") == "<bdi>[U+202E]&lt;</bdi>"

    def test_data_is_the_same_after_it_was_read(self) -> None:
        value = {"a": "</script><!-- \u2028 \u00e9", "b": [1, None]}
        written = as_script_data(value)
        assert json.loads(written) == value
        assert not re.search("[<\u2028]", written)


def test_short_text_of_a_long_project_and_subject() -> None:
    report = report_of([commit(SetUp(("a", "b"), is_agent=True), 1, "s" * 5000)], place="p" * 5000)
    page = ReadPage(page_as_html(report))
    assert len(page.root.all("h1")[0].text) < 100
    assert len(page.commits["subject"][0]) == 160


def test_page_names_no_file_of_this_machine(untracked: Repo, tmp_path: Path) -> None:
    untracked.tracker("init")
    text = write_page(untracked, tmp_path / "page.html").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
