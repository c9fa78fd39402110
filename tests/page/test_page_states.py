"""The page of ``report --html`` where there is little to show, or much."""

import re

import pytest

from tests.page.made_pages import STATES, commit, report_of, write_page
from tests.page.read_page import ReadPage, table_of
from tests.set_ups.made_work import CLAUDE, CODEX, Work, make
from tests.support import Repo
from tracker.model import Oid
from tracker.records import Carried
from tracker.reports.page.document import page_as_html
from tracker.reports.set_ups.set_up import SetUp


class TestStates:
    """Each is one sentence, without a chart that would have nothing in it."""

    @pytest.fixture
    def page(self, request: pytest.FixtureRequest, untracked: Repo) -> ReadPage:
        make(untracked, STATES[request.param])
        return ReadPage(write_page(untracked, untracked.path.parent / "page.html").read_text(encoding="utf-8"))

    def test_empty_ledger(self, repo: Repo) -> None:
        page = ReadPage(write_page(repo, repo.path.parent / "page.html").read_text(encoding="utf-8"))
        assert page.verdict == "Nothing is recorded of repo yet: new commits will be."
        assert page.by_id("main").all("section") == []
        assert len(page.scripts) == 1  # without charts there is no library to draw them

    @pytest.mark.parametrize("page", ["people"], indirect=True)
    def test_only_people(self, page: ReadPage) -> None:
        assert page.verdict.startswith("None of the 5 recorded commits of repo is known to be an agent's")
        assert not page.has("set-ups")
        assert table_of(page, "outcomes")["person or unmarked"][0].endswith("5 of 5")

    @pytest.mark.parametrize("page", ["one-set-up"], indirect=True)
    @pytest.mark.whole
    def test_one_set_up(self, page: ReadPage) -> None:
        assert page.verdict.startswith("claude-code with claude-opus-4.7 is the only set-up of an agent")
        assert "leads" not in page.by_id("set-ups").text
        assert page.by_id("kinds").all("p")[0].text == "All commits that count here are of the kind feat."

    @pytest.mark.parametrize("page", ["no-grades"], indirect=True)
    def test_no_grades(self, page: ReadPage) -> None:
        assert "Went well" in page.by_id("set-ups").text
        assert page.by_id("own-grades").all("p")[0].text.startswith("No commit was graded both by you and by its agent")
        assert all(len(page.chosen(address)) == number for number, address in page.numbers_of_links())

    @pytest.mark.parametrize("page", ["pending"], indirect=True)
    @pytest.mark.whole
    def test_all_pending(self, page: ReadPage) -> None:
        assert page.verdict.startswith("Nothing can be said until 20")
        assert page.by_id("outcomes").all("p")[0].text.startswith("All 24 commits that landed did so less than 14 days")
        assert page.by_id("lifetime").all("p")[0].text.endswith("no curve yet.")
        assert {*page.data("facts")} <= {"activity"}

    @pytest.mark.parametrize("page", ["few"], indirect=True)
    def test_few_commits(self, page: ReadPage) -> None:
        assert page.verdict.startswith("Not enough is known to compare set-ups")
        assert page.by_id("set-ups").text.count("too few") == 2
        assert page.by_id("lifetime").all("p")[0].text.endswith("no curve yet.")

    @pytest.mark.parametrize(
        ("is_computed", "sentence"),
        [
            (True, "None of these commits has landed on the default branch yet."),
            (False, "What became of these commits is not computed yet: run 'agent-tracker outcomes'."),
        ],
    )
    def test_nothing_has_landed(self, is_computed: bool, sentence: str) -> None:
        report = report_of(commit(SetUp(("codex", "gpt"), is_agent=True), number) for number in range(3))
        report.here = report.here._replace(is_computed=is_computed)
        page = ReadPage(page_as_html(report))
        assert page.by_id("outcomes").all("p")[0].text == sentence

    @pytest.mark.parametrize("page", [*STATES], indirect=True)
    def test_each_chart_has_its_data_and_no_number_is_missing(self, page: ReadPage) -> None:
        boxes = [one for one in page.root.all("div") if "chart" in one.attributes.get("class", "")]
        charts = {one.attributes["id"].removesuffix("-chart") for one in boxes}
        assert charts == {*page.data("facts")} - {"set-ups"}
        assert not re.search(r"\bnan\b|\binf\b|None", page.by_id("main").text.replace("None of", ""))

    @pytest.mark.whole
    def test_one_project_against_all(self, untracked: Repo) -> None:
        make(untracked, [Work(CLAUDE, "feat", 2, grade=2)])
        other = Repo.make(untracked.path.parent / "other", untracked.environment)
        make(other, [Work(CODEX, "fix", 3)])
        one = ReadPage(write_page(other, untracked.path.parent / "one.html").read_text(encoding="utf-8"))
        every = ReadPage(
            write_page(other, untracked.path.parent / "all.html", "--everywhere").read_text(encoding="utf-8")
        )
        assert one.root.all("h1")[0].text == "Set-ups of coding agents compared: other"
        assert (len(one.commits["oid"]), one.by_id("filters").all(name="project")) == (3, [])
        assert every.root.all("h1")[0].text == "Set-ups of coding agents compared: all projects"
        options = [option.text for option in every.by_id("filters").all(name="project")[0].all("option")]
        assert (options[0], {*options[1:]}, len(every.commits["oid"])) == ("all", {"repo", "other"}, 5)


class TestManySetUps:
    def test_colours_are_for_eight_and_the_last_is_that_of_all_others(self) -> None:
        set_ups = [SetUp(("agent", f"model {number}"), is_agent=True) for number in range(11)]
        report = report_of(commit(set_ups[number % 11], 200 * (number // 11), user_grade=2) for number in range(44))
        page = ReadPage(page_as_html(report))
        key = [one.words for one in page.root.all("ul", class_="key")[0].all("li")]
        assert (len(key), key[-1]) == (8, "others 16")
        assert [sum(counts) for counts in page.data("facts")["activity"]["counts"]] == [4] * 7 + [16]
        assert len(page.by_id("standings").all("tbody")[0].all("tr")) == 11

    def test_squashed_grades_are_explained(self) -> None:
        one = commit(SetUp(("codex", "gpt"), is_agent=True), 1)
        parts = tuple(Carried("user", 2, Oid(f"{number:040x}"), "squashed") for number in (7, 8))
        squashed = one._replace(commit=one.commit._replace(standing=one.commit.standing._replace(carried=parts)))
        assert "graded 'several'" in ReadPage(page_as_html(report_of([squashed]))).by_id("commits").text
        assert "graded 'several'" not in ReadPage(page_as_html(report_of([one]))).by_id("commits").text
