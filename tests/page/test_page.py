"""The page of ``report --html``: it holds what ``recommend`` says, links to the commits, and can run nothing else."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Rich
from tests.page.made_pages import commit, report_of, repository, write_page
from tests.page.read_page import Element, ReadPage, hash_of, rows_of, table_of
from tests.set_ups.made_work import CODEX, Work
from tests.support import Repo
from tracker.model import DAY
from tracker.reports.page.commit_list import MOST
from tracker.reports.page.document import page_as_html, vendored
from tracker.reports.page.numbers import percent, span
from tracker.reports.set_ups.set_up import SetUp


def _identity(place: Path) -> tuple[int, ...]:
    """Return what tells if an entry of a folder is still the same: looking at a link changes its time of access."""
    found = place.lstat()
    return found.st_ino, found.st_mode, found.st_nlink, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class TestNothingElseRuns:
    def test_policy_allows_exactly_the_scripts_and_styles_of_the_page(self, rich: Rich) -> None:
        styles = [one.text for one in rich.page.root.all("style")]
        assert rich.page.policy == {
            "default-src": {"'none'"},
            "script-src": {hash_of(text) for text in rich.page.scripts},
            "style-src": {hash_of(text) for text in [*styles, vendored()["style"]]},
            "base-uri": {"'none'"},
            "form-action": {"'none'"},
            "require-trusted-types-for": {"'script'"},
            "trusted-types": {"'none'"},
        }

    def test_policy_comes_before_everything_that_it_rules(self, rich: Rich) -> None:
        (head,) = rich.page.root.all("head")
        names = [part.attributes for part in head.parts if isinstance(part, Element)]
        assert names[0] == {"charset": "utf-8"}
        assert names[1]["http-equiv"] == "Content-Security-Policy"

    def test_no_attribute_is_style_or_script_and_every_link_stays_in_the_page(self, rich: Rich) -> None:
        attributes = {name for one in rich.page.root.all() for name in one.attributes}
        assert not {name for name in attributes if name in {"style", "src", "action"} or name.startswith("on")}
        addresses = [one.attributes["href"] for one in rich.page.root.all() if "href" in one.attributes]
        assert len(addresses) > 100
        assert {address[0] for address in addresses} == {"#"}
        assert not rich.page.root.all("link") + rich.page.root.all("img") + rich.page.root.all("iframe")

    def test_links_within_the_page_lead_somewhere(self, rich: Rich) -> None:
        for link in rich.page.root.all("a"):
            assert rich.page.has(link.attributes["href"][1:].partition("?")[0]), link.attributes


class TestNumbers:
    def test_verdict_and_notes_are_those_of_recommend(self, rich: Rich) -> None:
        said = " ".join(rich.page.by_id("main").text.split())
        assert rich.known["verdict"].startswith(rich.page.verdict)
        for sentence in rich.known["notes"]:
            assert " ".join(sentence.split()) in said

    def test_standings(self, rich: Rich) -> None:
        shown = [*table_of(rich.page, "set-ups").values()]
        assert len(shown) == len(rich.known["set_ups"])
        for cells, one in zip(shown, rich.known["set_ups"], strict=True):
            assert cells[1].replace("\u00a0", " ") == (
                f"{percent(one['share'])} {span(one['interval'])} %".replace("\u00a0", " ")
            )
            assert cells[2] == f"{one['good']} of {one['of']} graded; of all {one['commits']}"

    def test_kinds_of_task(self, rich: Rich) -> None:
        table = rich.page.by_id("kinds").all("table")[0]
        kinds = [cell.text for cell in table.all("thead")[0].all("th")][1:]
        shown = rows_of(table)
        for one in rich.known["set_ups"]:
            counts = [re.findall(r"(\d+) of (\d+)", cell) for cell in shown[one["name"]]]
            expected = [one["kinds"].get(kind) for kind in kinds]
            assert counts == [[(f"{kind['good']}", f"{kind['of']}")] if kind else [] for kind in expected]

    def test_outcomes(self, rich: Rich) -> None:
        shown = table_of(rich.page, "outcomes")
        order = ("half_kept_14", "half_kept_30", "half_kept_90", "fixed", "blamed", "reverted")
        every = {one["name"]: one for one in [*rich.known["set_ups"], *rich.known["others"]]}
        assert {*shown} == {*every}
        for name, cells in shown.items():
            for cell, key in zip(cells, order, strict=True):
                one = every[name]["outcomes"][key]
                if one["of"] >= 5:
                    told = f"{percent(one['share'])} ({span(one['interval'])}), {one['found']} of {one['of']}"
                    assert " ".join(cell.split()) == " ".join(told.split())

    def test_own_grades(self, rich: Rich) -> None:
        tables = rich.page.by_id("own-grades").all("table")
        enough = [one["calibration"] for one in rich.known["set_ups"] if one["calibration"]["is_enough"]]
        assert len(tables) == len(enough) == 4
        for table, one in zip(tables, enough, strict=True):
            cells = [[cell.text.replace("·", "0") for cell in row.all("td")] for row in table.all("tr")[1:]]
            numbers = [[int(text) for text in row] for row in reversed(cells)]  # the first row is that of excellence
            assert sum(map(sum, numbers)) == one["pairs"]
            assert sum(numbers[step][step] for step in range(4)) == one["equal"]
            assert sum(numbers[user][agent] for user in range(4) for agent in range(user)) == one["agent_lower"]

    def test_every_link_leads_to_exactly_as_many_commits(self, rich: Rich) -> None:
        links = rich.page.numbers_of_links()
        assert len(links) > 150
        wrong = [(number, address) for number, address in links if len(rich.page.chosen(address)) != number]
        assert wrong == []

    def test_work_to_review_is_said_with_its_commits(self, rich: Rich) -> None:
        (box,) = rich.page.root.all("section", class_="trust")
        (review,) = rich.known["review"]
        assert review["size"] == "large"
        links = [one for one in box.all("a") if "size=large" in one.attributes["href"]]
        assert [one.text for one in links] == [f"See {review['trouble']['found']} commits in trouble"]
        assert f"{rich.known['without_review'][0]['trouble']['of']} in trouble" in box.text

    def test_every_dot_leads_to_exactly_as_many_commits(self, rich: Rich) -> None:
        facts = rich.page.data("facts")
        dots = [dot for key in ("kinds", "outcomes") for panel in facts[key]["panels"] for dot in panel["dots"]]
        drawn = [dot for dot in dots if "share" in dot]
        assert len(drawn) > 30
        for dot in drawn:
            found, of = map(int, re.findall(r"(\d+) of (\d+) commits", dot["label"])[0])
            assert len(rich.page.chosen(dot["href"])) == (found or of), dot

    def test_columns_of_the_list_are_of_one_length(self, rich: Rich) -> None:
        lengths = {len(column) for name, column in rich.page.commits.items() if name != "words"}
        assert lengths == {len(rich.repo.all_oids())}

    def test_activity_adds_up_to_the_commits_of_each_set_up(self, rich: Rich) -> None:
        counts = rich.page.data("facts")["activity"]["counts"]
        assert [sum(of_one) for of_one in counts] == [one["commits"] for one in rich.known["set_ups"]]

    def test_curves_fall_from_one_and_end_in_time(self, rich: Rich) -> None:
        curves = rich.page.data("facts")["lifetime"]["curves"]
        assert len(curves) == 4
        assert "Too few old commits for a curve: gemini-cli with unknown model." in rich.page.by_id("lifetime").text
        for curve in curves:
            days, kept = [point[0] for point in curve["points"]], [point[1] for point in curve["points"]]
            assert (days[0], kept[0], days[-1]) == (0, 1, curve["last"])
            assert days == sorted(days)
            assert kept == sorted(kept, reverse=True)
            assert all(low <= middle <= high for _, middle, low, high in curve["points"])

    def test_people_are_shown_among_outcomes_only(self, rich: Rich) -> None:
        people = "person or unmarked"
        (main,) = rich.page.root.all("main")
        sections = {one.attributes["id"]: people in one.text for one in main.all("section") if "id" in one.attributes}
        assert {name for name, is_there in sections.items() if is_there} == {"outcomes", "commits"}


class TestOptions:
    @pytest.mark.whole
    def test_agents_or_models_alone(self, rich: Rich, tmp_path: Any) -> None:
        page = ReadPage(write_page(rich.repo, tmp_path / "page.html", "--by", "agent").read_text(encoding="utf-8"))
        names = {name.split()[0] for name in table_of(page, "set-ups")}
        assert names == {"claude-code", "codex", "aider", "gemini-cli"}
        assert page.root.all("h1")[0].text == "Agents compared: shop"

    @pytest.mark.whole
    def test_since_a_month(self, rich: Rich, tmp_path: Any) -> None:
        whole = write_page(rich.repo, tmp_path / "page.html", "--since", "2000-02-03").read_text(encoding="utf-8")
        assert "only from 2000-02 on" in ReadPage(whole).root.all("header")[0].text


class TestFile:
    def test_path_is_printed_and_the_file_replaced(self, repo: Repo) -> None:
        file = repo.path.parent / "page.html"
        file.write_text("<!doctype html>older")
        assert repo.tracker("report", "--html", str(file)) == f"{file}\n"
        assert file.read_bytes().startswith(b"<!doctype html>")
        assert [path.name for path in repo.path.parent.glob(".page*")] == []

    def test_link_stays_and_its_file_is_replaced(self, repo: Repo) -> None:
        file = repo.path.parent / "page.html"
        link = repo.path.parent / "link.html"
        link.symlink_to(file)
        repo.tracker("report", "--html", str(link))
        assert link.is_symlink()
        assert file.read_bytes().startswith(b"<!doctype html>")

    @pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "folder"])
    def test_what_is_no_regular_file_stays_as_it_is(self, repo: Repo, kind: str) -> None:
        place = repo.path.parent / "page.html"
        if kind == "pipe":
            os.mkfifo(place)
        elif kind == "folder":
            place.mkdir()
        else:
            os.mkfifo(place.with_name("pipe"))
            place.symlink_to("pipe")
        before = _identity(place)
        done = repo.run("report", "--html", str(place))
        assert done.returncode == 1
        assert f"{place} is not a regular file: name another one, or '-' for standard output." in done.stderr
        assert _identity(place) == before

    def test_link_to_itself_is_named_in_one_sentence(self, repo: Repo) -> None:
        link = repo.path.parent / "loop.html"
        link.symlink_to(link.name)
        done = repo.run("report", "--html", str(link))
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "cannot be written: Too many levels of symbolic links" in done.stderr

    def test_no_other_file_is_replaced(self, repo: Repo) -> None:
        file = repo.write("work.py", "print(1)\n")
        done = repo.run("report", "--html", str(file))
        assert (done.returncode, "exists and is no HTML page" in done.stderr) == (1, True)
        assert file.read_text() == "print(1)\n"
        page = repo.write("page.html", "")
        for _ in range(2):
            repo.tracker("report", "--html", str(page))

    def test_place_that_cannot_be_written_is_named_in_one_sentence(self, repo: Repo) -> None:
        done = repo.run("report", "--html", str(repo.path.parent / "missing/page.html"))
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(r"agent-tracker: \S+ cannot be written: [A-Z][a-z ]+\.\n", done.stderr)

    @pytest.mark.parametrize("place", [".", "", "/"])
    def test_what_is_no_name_of_a_file_is_refused(self, repo: Repo, place: str) -> None:
        done = repo.run("report", "--html", place)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--html needs the name of a file" in done.stderr

    def test_to_standard_output(self, repo: Repo) -> None:
        assert repo.tracker("report", "--html", "-").startswith("<!doctype html>")
        assert not (repo.path / "-").exists()

    @pytest.mark.parametrize("options", [["--by", "kind"], ["--author", "a"], ["--json"], ["--by", "month"]])
    def test_options_that_do_not_go_with_a_page_are_refused(self, repo: Repo, options: list[str]) -> None:
        file = repo.path.parent / "page.html"
        done = repo.run("report", "--html", str(file), *options)
        assert (done.returncode, done.stdout, file.exists()) == (2, "", False)


class TestManyCommits:
    def test_what_figures_rest_on_is_listed_first_then_the_newest(self) -> None:
        set_up = SetUp(("codex", "gpt"), is_agent=True)
        old_and_graded = [commit(set_up, 1000 + number, user_grade=2) for number in range(12)]
        others = [commit(set_up, number) for number in range(30)]
        report = report_of([*others, *old_and_graded], most=20)
        page = ReadPage(page_as_html(report))
        assert [int(oid[-10:], 16) for oid in (one.oid for one in report.commits.rows)] == [
            *range(8),
            *range(1000, 1012),
        ]
        assert "20 of 42 commits are listed" in page.by_id("commits").text
        assert "42 commits" in page.root.all("header")[0].text
        assert len(page.commits["oid"]) == 20

    @pytest.mark.whole
    def test_at_most_ten_thousand_are_listed(self) -> None:
        set_up = SetUp(("codex", "gpt"), is_agent=True)
        report = report_of(commit(set_up, number) for number in range(MOST + 5))
        assert MOST == 10_000
        assert (len(report.commits.rows), report.commits.total) == (MOST, MOST + 5)
        assert "10,000 of 10,005 commits are listed" in page_as_html(report)
        assert report.commits.period == (min(day for _, day in report.commits.days), 1_790_000_000 // DAY)


def test_two_set_ups_of_one_model_keep_their_names_apart(tmp_path: Any) -> None:
    work = [Work(CODEX, "feat", 3), Work("Co-authored-by: Codex (gpt-4o) <codex@openai.com>", "feat", 3)]
    aider = "Co-authored-by: aider (gpt-4o) <noreply@aider.chat>"
    repo = repository(tmp_path, [*work, Work(aider, "feat", 6)])
    page = ReadPage(write_page(repo, tmp_path / "page.html").read_text(encoding="utf-8"))
    labels = [row["label"] for row in page.data("facts")["outcomes"]["rows"]]
    assert len({*labels}) == len(labels)
