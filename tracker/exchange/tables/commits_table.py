"""The table of commits: one row for each commit and project, with who made it, grades, outcome and cost."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final

from tracker import keys
from tracker.exchange.tables.commit_row import CommitRow
from tracker.exchange.tables.table import Column, Reference, Source, Table, shown_model
from tracker.ledger.commits import scan_commits
from tracker.ledger.tables import BUGS, OUTCOMES
from tracker.ledger.totals import charged_commits, cost_of
from tracker.model import AGES


def _rows(source: Source) -> Iterator[CommitRow]:
    snapshot = source.snapshot
    charged = charged_commits(bug for _, bug in snapshot.scan(BUGS))
    for project in (None,) if source.projects is None else sorted(source.projects):
        for (owner, oid), commit in scan_commits(snapshot, project):
            outcome = snapshot.get(OUTCOMES, keys.commit(owner, oid)) if len(commit.facts.parents) < 2 else None
            cost = source.prices.applied(cost_of(snapshot, oid, commit))
            yield CommitRow(owner, oid, commit, outcome, charged[oid], cost)


def _facts(name: str) -> Callable[[CommitRow], Any]:
    return attrgetter(f"commit.facts.{name}")


def _standing(name: str) -> Callable[[CommitRow], Any]:
    return attrgetter(f"commit.standing.{name}")


def _outcome(name: str) -> Callable[[CommitRow], Any]:
    """Return the reader of a field of the outcome; what is empty or 0 there is not known, or did not happen."""
    read = attrgetter(name)
    return lambda row: (read(row.outcome) or None) if row.outcome else None


def _kept(days: int) -> Callable[[CommitRow], int | None]:
    return lambda row: row.kept(days)


def _cost(name: str, divisor: int = 1) -> Callable[[CommitRow], Any]:
    read = attrgetter(name)

    def value(row: CommitRow) -> Any:
        number = read(row.cost) if row.cost else None
        return number if number is None or divisor == 1 else number / divisor

    return value


_IDENTITY: Final[tuple[Column[CommitRow], ...]] = (
    Column("project_id", "text", "the project that holds it", attrgetter("project"), required=True),
    Column("oid", "text", "its full object name", attrgetter("oid"), required=True),
    Column(
        "parents", "text", "object names of its parents", lambda row: " ".join(row.commit.facts.parents), required=True
    ),
    Column("subject", "text", "first line of its message", _facts("subject"), required=True),
    Column("author_name", "text", "name of its author", _facts("author_name"), required=True),
    Column("author_email", "text", "address of its author", _facts("author_email"), required=True),
    Column("authored_at", "time", "time of authoring, which a rebase keeps", _facts("authored_at"), required=True),
    Column("committer_name", "text", "name of its committer", _facts("committer_name"), required=True),
    Column("committer_email", "text", "address of its committer", _facts("committer_email"), required=True),
    Column("committed_at", "time", "time of committing", _facts("committed_at"), required=True),
)
_MAKER: Final[tuple[Column[CommitRow], ...]] = (
    Column("agent", "text", "an agent, a bot, human or unknown-agent", _standing("agent"), required=True),
    Column("kind", "text", "agent, bot or human", _standing("kind"), required=True),
    Column("model", "text", "the model as reports name it", lambda row: shown_model(row.commit.standing.model_id)),
    Column("model_id", "text", "its canonical id, with the vendor", _standing("model_id")),
    Column("agent_version", "text", "version of the agent", _standing("agent_version")),
    Column("confidence", "text", "of the decisive evidence: low, medium, high", _standing("confidence"), required=True),
    Column("signal", "text", "kind of the decisive evidence, or none", _standing("signal"), required=True),
    Column(
        "other_agents", "text", "other agents that evidence names",
        lambda row: ", ".join(row.commit.standing.also) or None,
    ),
    Column("instructions", "text", "digest of its instruction files", _facts("setup")),
    Column("origin", "text", "local (made here or by this user) or fetched", _facts("origin"), required=True),
    Column("made_here", "boolean", "the user's own work", attrgetter("commit.is_local"), required=True),
    Column("learnt", "text", "hook that saw it, else reconcile or backfill", _facts("learnt"), required=True),
    Column("recorded_at", "time", "time of recording", _facts("recorded_at"), required=True),
)  # fmt: skip
_WORK: Final[tuple[Column[CommitRow], ...]] = (
    Column("live", "boolean", "a branch or worktree reaches it", _facts("live"), required=True),
    Column("counted", "boolean", "it is in the totals: sum only such rows", _standing("counted"), required=True),
    Column("task_kind", "text", "kind of task, from its subject and files", _facts("task_kind"), required=True),
    Column("files", "integer", "changed files; null where git could not compare", _facts("files")),
    Column("insertions", "integer", "added lines", _facts("insertions")),
    Column("deletions", "integer", "removed lines", _facts("deletions")),
    Column(
        "pushed", "boolean", "a push ended at it or at another version of it", _standing("published"), required=True
    ),
    Column("reverted", "boolean", "a live commit says that it reverts it", _standing("reverted"), required=True),
    Column("reverts", "text", "the commits that it reverts", lambda row: " ".join(row.commit.facts.reverts) or None),
    Column("copy_of", "text", "the commit that was cherry-picked", _facts("copy_of")),
    Column("replaced_by", "text", "the commits that it was rewritten into", attrgetter("replaced_by")),
)
_FEEDBACK: Final[tuple[Column[CommitRow], ...]] = (
    Column("agent_grade", "text", "the agent's grade in effect", lambda row: row.grade("agent")),
    Column(
        "agent_grade_is_provisional", "boolean", "given to an earlier version with other content",
        lambda row: row.is_provisional("agent"),
    ),
    Column("user_grade", "text", "the user's: bad, neutral, good, excellence", lambda row: row.grade("user")),
    Column(
        "user_grade_is_provisional", "boolean", "given to an earlier version with other content",
        lambda row: row.is_provisional("user"),
    ),
    Column("bugs", "integer", "bugs that are charged to it", attrgetter("bugs"), required=True),
)  # fmt: skip
_OUTCOME: Final[tuple[Column[CommitRow], ...]] = (
    Column("landed_at", "time", "it came to the default branch; null: not, or not computed", _outcome("landed_at")),
    Column("lines_added", "integer", "counted lines that it added", lambda row: row.outcome and row.outcome.added),
    *(
        Column(f"lines_kept_{days}", "integer", f"lines of it there after {days} days; null if younger", _kept(days))
        for days in AGES
    ),
    Column("went_well", "boolean", f"after {AGES[0]} days: no trouble and half kept", attrgetter("went_well")),
    Column("reverted_by", "text", "the commit that took it back", _outcome("reverted_by")),
    Column("reverted_at", "time", "time of reverted_by", _outcome("reverted_at")),
    Column("revert_found_by", "text", "message or inverse (of the patch)", _outcome("revert_found_by")),
    Column("again_by", "text", "the commit that did it again after the revert", _outcome("again_by")),
    Column("fixed_by", "text", "first fix that removed lines of it within 7 days", _outcome("fixed_by")),
    Column("fixed_at", "time", "time of fixed_by", _outcome("fixed_at")),
    Column("fixed_lines", "integer", "lines of it that fixes within 7 days removed", _outcome("fixed_lines")),
    Column("blamed_by", "text", "commits whose trailer Fixes names it", attrgetter("blamed_by")),
)
_COST: Final[tuple[Column[CommitRow], ...]] = (
    Column("cost_calls", "integer", "answers of a model, with those of its other versions", _cost("calls")),
    Column("cost_subagent_calls", "integer", "calls by subagents and in the background", _cost("subagent_calls")),
    Column("tokens_input", "integer", "tokens sent that no cache had", _cost("input")),
    Column("tokens_cache_read", "integer", "tokens read from a cache", _cost("cache_read")),
    Column("tokens_cache_write", "integer", "tokens written to a cache", _cost("cache_write")),
    Column("tokens_output", "integer", "tokens of the answers", _cost("output")),
    Column("tokens_reasoning", "integer", "tokens of the answers for reasoning", _cost("reasoning")),
    Column("cost_models", "text", "models with their calls", attrgetter("cost_models")),
    Column("session_seconds", "real", "seconds since the session's previous commit", _cost("span_ms", 1000)),
    Column("active_seconds", "real", "seconds of it without waiting for the user", _cost("active_ms", 1000)),
    Column("usd", "real", "dollars, as the session says or by the user's prices", _cost("usd", 1_000_000)),
    Column("usd_is_priced", "boolean", "the dollars are by the user's prices", attrgetter("is_priced")),
    Column("credits", "real", "GitHub's AI credits", _cost("credits", 1_000_000_000)),
    Column(
        "cost_found_by", "text", "id: the session shows the commit; time: only its time", attrgetter("cost_found_by")
    ),
    Column("cost_flags", "text", "remarks, such as at_least (docs/costs.md)", attrgetter("cost_flags")),
    Column("cost_unknown", "text", "reason for which the cost is not known", attrgetter("cost_unknown")),
)

COMMITS_TABLE: Final = Table[CommitRow](
    "commits",
    "Commits, each once for every project that holds it; the totals of reports are of those that are counted.",
    (*_IDENTITY, *_MAKER, *_WORK, *_FEEDBACK, *_OUTCOME, *_COST),
    key=("project_id", "oid"),
    rows=_rows,
    references=(Reference(("project_id",), "projects"), Reference(("agent",), "agents")),
    indexes=(("oid",), ("agent",), ("model",), ("committed_at",), ("task_kind",), ("author_email",), ("user_grade",)),
)
