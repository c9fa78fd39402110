"""``lessons`` as people, agents and programs see it."""

import json
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.cli.lessons_told import lessons, reasons, subjects
from tests.cli.refusals import refused
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later

CODEX = {"CODEX_THREAD_ID": "0199-1234-5678"}


class TestLists:
    def test_what_worked_comes_before_what_to_avoid_and_both_before_the_rest(self, worked: Repo) -> None:
        worked.commit("feat: parser of numbers, not graded", env=CLAUDE_CODE)
        bad = worked.commit("feat: parser of numbers, bad", env=CLAUDE_CODE)
        good = worked.commit("feat: parser of numbers, good", env=CLAUDE_CODE)
        neutral = worked.commit("feat: parser of numbers, neutral", env=CLAUDE_CODE)
        worked.commit("docs: something else")
        for oid, grade in ((bad, "bad"), (good, "good"), (neutral, "neutral")):
            worked.tracker("grade", oid, "--user", grade)
        found = subjects(worked, "a", "parser", "of", "numbers")
        assert found[:2] == [("worked", "feat: parser of numbers, good"), ("avoid", "feat: parser of numbers, bad")]
        assert {*found[2:]} == {
            ("ungraded", "feat: parser of numbers, not graded"), ("ungraded", "feat: parser of numbers, neutral")
        }  # fmt: skip

    def test_nearest_comes_first_in_its_list(self, worked: Repo) -> None:
        worked.commit("feat: total of the invoice")
        worked.commit("feat: parse dates of the invoice total")
        for number in range(20):
            worked.commit(f"docs: page {number}")
        found = [subject for _, subject in subjects(worked, "parse dates of the invoice")]
        assert found == ["feat: parse dates of the invoice total", "feat: total of the invoice"]

    def test_far_ones_are_left_out_beside_near_ones(self, worked: Repo) -> None:
        for number in range(30):
            worked.commit(f"docs: page {number} of the invoice")
        worked.commit("feat: parse dates precisely in every invoice")
        assert subjects(worked, "parse dates precisely invoice") == [
            ("ungraded", "feat: parse dates precisely in every invoice")
        ]

    def test_agent_s_grade_counts_where_the_user_gave_none(self, worked: Repo) -> None:
        mine = worked.commit("feat: parser alone", env=CLAUDE_CODE)
        worked.tracker("grade", mine, "--agent", "excellence", "--agent-note", "begin with the tests")
        line = one(lessons(worked, "parser"))
        assert (line["list"], line["grade"], line["rater"]) == ("worked", 5, "agent")
        assert line["reasons"] == ["graded excellence by the agent, not graded by the user"]
        assert line["notes"] == [{"origin": "agent", "text": "begin with the tests"}]
        worked.tracker("grade", mine, "--user", "bad", "--user-note", "it loses digits")
        line = one(lessons(worked, "parser"))
        assert (line["list"], line["grade"], line["rater"]) == ("avoid", -1, "user")
        assert line["reasons"] == ["graded bad by the user"]
        assert [note["origin"] for note in line["notes"]] == ["user", "agent"]

    def test_reverted_commit_is_one_to_avoid_however_it_was_graded(self, worked: Repo) -> None:
        good = worked.commit("feat: cache the parser", env=CLAUDE_CODE)
        worked.tracker("grade", good, "--user", "good")
        worked.git("revert", "--no-edit", good)
        found = one(line for line in lessons(worked, "cache the parser") if line["oid"] == good)
        assert found["list"] == "avoid"
        assert found["reasons"] == ["graded good by the user", "reverted"]

    def test_bug_is_a_reason_and_its_note_is_shown_until_it_is_withdrawn(self, worked: Repo) -> None:
        buggy = worked.commit("feat: parser", env=CLAUDE_CODE)
        worked.tracker("bug", buggy, "--note", "drops the last line", "--evidence", "test_last_line")
        line = one(lessons(worked, "parser"))
        assert (line["list"], line["reasons"]) == ("avoid", ["a bug was charged to it"])
        assert line["notes"] == [{"origin": "bug", "text": "drops the last line (test_last_line)"}]
        assert one(lessons(worked, "last line drops"))["oid"] == buggy
        worked.tracker("bug", buggy, "--undo")
        line = one(lessons(worked, "parser"))
        assert (line["list"], line["reasons"], line["notes"]) == ("ungraded", ["not graded"], [])

    def test_outcomes_are_used_where_they_were_worked_out(self, worked: Repo) -> None:
        text = "first line of it\nsecond line of it\n"
        fixed = worked.commit("feat: parser", file="a.txt", text=text, env=CLAUDE_CODE)
        worked.tracker("grade", fixed, "--user", "good")
        assert reasons(worked, "parser") == ["graded good by the user"]
        fix = worked.commit("fix: number", file="a.txt", text="first line of it\nanother line\n")
        worked.tracker("outcomes")
        line = one(lessons(worked, "parser"))
        assert line["list"] == "avoid"
        assert line["reasons"][1:] == [f"fixed within seven days by {fix[:10]} (1 line)", "1 of its 2 lines left"]

    def test_good_commit_of_which_nothing_is_left_is_not_said_to_have_worked(self, worked: Repo) -> None:
        good = worked.commit("feat: parser", file="a.txt", text="first line of it\n", env=CLAUDE_CODE)
        worked.tracker("grade", good, "--user", "good")
        worked.commit("refactor: other", file="a.txt", text="something quite different\n")
        worked.tracker("outcomes")
        line = one(lessons(worked, "parser"))
        assert (line["list"], line["reasons"][1]) == ("ungraded", "0 of its 1 line left")

    def test_feedback_on_a_commit_that_was_rewritten_is_found_with_the_new_one(self, worked: Repo) -> None:
        old = worked.commit("feat: parser", env=CLAUDE_CODE)
        worked.tracker("grade", old, "--user", "good", "--user-note", "careful with empty input")
        worked.git("commit", "-q", "--amend", "-m", "feat: reader", env=CLAUDE_CODE)
        line = one(lessons(worked, "careful with empty input"))
        assert (line["oid"], line["subject"], line["list"]) == (worked.head(), "feat: reader", "worked")

    def test_retrospectives_and_tasks_are_searched(self, worked: Repo) -> None:
        oid = worked.commit("feat: numbers", env=CLAUDE_CODE)
        worked.tracker("grade", oid, "--agent", "good", "--task", "let users import spreadsheets")
        worked.tracker("retro", oid, "--notes", "ask for the encoding first")
        assert one(lessons(worked, "spreadsheets"))["tasks"] == ["let users import spreadsheets"]
        line = one(lessons(worked, "encoding"))
        assert (line["oid"], line["notes"]) == (
            oid, [{"origin": "retrospective", "text": "ask for the encoding first"}]
        )  # fmt: skip

    def test_activities_and_sessions_are_found(self, worked: Repo) -> None:
        worked.tracker(
            "activity", "--task", "compare parser libraries", "--decisions", "lark, for its errors", env=CODEX
        )
        worked.tracker("retro", "--session", "s1", "--task", "parser research", "--notes", "too long", env=CODEX)
        worked.tracker("retro", "--session", "s1", "--notes", "again", "--agent-grade", "bad", env=CODEX)
        found = {line["source"]: line for line in lessons(worked, "parser")}
        assert found.keys() == {"activity", "session"}
        assert found["activity"]["notes"] == [{"origin": "decisions", "text": "lark, for its errors"}]
        assert (found["activity"]["agent"], found["activity"]["oid"]) == ("codex", None)
        assert (found["session"]["list"], found["session"]["grade"]) == ("avoid", -1)
        assert [note["text"] for note in found["session"]["notes"]] == ["too long", "again"]

    def test_entries_on_one_task_are_one_lesson_and_a_stated_task_is_none(self, worked: Repo) -> None:
        for options in ((), ("--outcome", "slow"), (), ("--outcome", "fast enough"), ("--outcome", "slow")):
            worked.tracker("activity", "--task", "measure the parser", *options, env=CODEX)
        worked.tracker("activity", "--task", "read the parser", env=CODEX)
        line = one(lessons(worked, "parser"))
        assert (line["subject"], [note["text"] for note in line["notes"]]) == (
            "measure the parser", ["slow", "fast enough"]
        )  # fmt: skip

    @pytest.mark.whole
    def test_limit_is_for_each_list(self, worked: Repo) -> None:
        for number in range(4):
            oid = worked.commit(f"feat: parser {number}", env=CLAUDE_CODE)
            worked.tracker("grade", oid, "--agent", "good" if number % 2 else "bad")
        assert [line["list"] for line in lessons(worked, "parser", "-n", "1")] == ["worked", "avoid"]


class TestProjects:
    def test_same_project_comes_before_a_nearer_one(self, worked: Repo, tmp_path: Path) -> None:
        other = Repo.make(tmp_path / "other", worked.environment)
        other.tracker("init")
        for place in (other, worked):
            oid = place.commit(f"feat: parse dates {'of invoices' if place is other else ''}", env=CLAUDE_CODE)
            place.tracker("grade", oid, "--agent", "good")
        found = lessons(worked, "parse dates of invoices")
        assert [(line["project"], line["similarity"]) for line in found] == [("repo", 1.0), ("other", 0.0)]
        assert found[0]["relevance"] < found[1]["relevance"]
        assert [line["project"] for line in lessons(other, "parse dates of invoices")] == ["other", "repo"]

    @pytest.mark.whole
    def test_commit_in_two_clones_is_found_once(self, worked: Repo, tmp_path: Path) -> None:
        oid = worked.commit("feat: parser", env=CLAUDE_CODE)
        worked.tracker("grade", oid, "--agent", "good")
        clone = worked.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        for place, name in ((worked, "repo"), (clone, "clone")):
            line = one(lessons(place, "parser"))
            assert (line["project"], line["similarity"], line["list"]) == (name, 1.0, "worked")

    def test_a_project_at_hand_is_not_needed(self, worked: Repo, tmp_path: Path) -> None:
        worked.commit("feat: parser")
        worked.tracker("sync")
        done = worked.run("lessons", "parser", "--json", cwd=tmp_path)
        assert (json.loads(done.stdout)["project"], json.loads(done.stdout)["similarity"]) == ("repo", 0.0)


class TestInput:
    @pytest.mark.parametrize(
        ("task", "said"),
        [
            ([], "describe the task: agent-tracker lessons '"),
            (["", "  "], "describe the task: agent-tracker lessons '"),
            (["the of and to"], "no word to look for"),
            (['"()*^:{}-+'], "no word to look for"),
            (["\U0001f600"], "no word to look for"),
            (["\udcff\udcfe"], "no word to look for"),
            (["parser", "--json", "--markdown"], "leave one out"),
        ],
    )
    def test_what_cannot_be_looked_for_is_refused_in_one_sentence(self, repo: Repo, task: list[str], said: str) -> None:
        sentence = refused(repo, "lessons", *task, code=2)
        assert said in sentence
        assert sentence.count("\n") == 1

    def test_limit_is_at_least_one(self, repo: Repo) -> None:
        assert "-n" in refused(repo, "lessons", "parser", "-n", "0", code=2)

    @pytest.mark.parametrize(
        "task",
        [
            'say "parser', "parser OR", "NEAR(parser", "parser AND NOT (", "subject : parser", "^parser*", "{parser}",
            "-- parser", "parser + ' ; DROP TABLE texts", "\udcffparser \udcfe", "parser\t\n\x1b[31m", "\u202eparser",
            "parser " + " ".join(f"w{number}" for number in range(10_000)),
            "parser " + "x" * 30_000,
        ],
    )  # fmt: skip
    def test_task_is_words_and_never_an_expression(self, repo: Repo, task: str) -> None:
        repo.commit("feat: the parser")
        assert [subject for _, subject in subjects(repo, "--", task)] == ["feat: the parser"]

    @pytest.mark.parametrize(
        ("subject", "task"),
        [
            ("feat: Корзина покупок", "КОРЗИНА"),
            ("feat: корзины покупок", "корзин"),
            ("feat: café naïve", "CAFE"),
            ("feat: cafe\u0301", "caf\u00e9"),
            ("feat: Straße", "straße"),
            ("feat: 修正解析器的错误", "解析器"),
            ("feat: パーサーを修正", "請修正一下"),
            ("feat: API修正v2", "修正"),
            ("feat: \uab70\uab71", "\u13a0\u13a1"),
            ("feat: हिन्दी शब्द", "हिन्दी"),
            ("feat: parser \U0001f389", "\U0001f389 parser"),
            ("feat: \uff50\uff41\uff52\uff53\uff45\uff52", "parser"),
            ("feat: parseCartTotals", "cart"),
            ("feat: HTTPServer starts", "http server"),
            ("feat: parse_cart_totals", "parseCart"),
            ("feat: move tracker/reports/log.py", "reports"),
            ("feat: totals", "total"),
            ("feat: parsing", "parse"),
            ("feat: configuration", "config"),
            ("feat(cart): something", "cart"),
        ],
    )
    def test_words_are_found_in_other_forms(self, repo: Repo, subject: str, task: str) -> None:
        repo.commit(subject)
        assert [found for _, found in subjects(repo, task)] == [subject]

    def test_kind_of_a_subject_is_no_word_of_it(self, repo: Repo) -> None:
        repo.commit("fix: parser")
        assert subjects(repo, "fix dates") == []
