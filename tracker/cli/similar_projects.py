"""Similar projects for ``recommend``, where the project at hand alone has too little to compare set-ups."""

from collections.abc import Sequence

from tracker.cli import output
from tracker.cli.fresh_profiles import refresh_profiles
from tracker.cli.set_up_facts import Facts, with_projects
from tracker.model import ProjectId
from tracker.project.project import Project
from tracker.reports.project_similarity import SimilarProject, similar_projects
from tracker.reports.set_ups.recommendation import Measure, Recommendation, recommend
from tracker.reports.set_ups.set_up import SetUp
from tracker.text import printable


def recommend_with_similar(
    facts: Facts, measure: Measure | None, *, wanted: bool | None
) -> tuple[Recommendation, Facts]:
    """Return the recommendation and the facts behind it: of the project alone, or with similar ones.

    ``wanted``: True for similar projects too, False for none, None for them only where the project alone has too little
    to compare set-ups and the similar ones have enough. Raises the LedgerUnavailable errors.
    """
    alone = recommend(facts.rows, measure)
    if wanted is False or (wanted is None and alone.is_comparison):
        return alone, facts
    project = facts.opened.project
    if project is None:
        return alone, facts
    similar = _with_work(facts, find_similar(project, refresh=facts.opened.is_current))
    if not similar:
        if wanted:
            output.warn(f"no other recorded project with work of agents is similar to {printable(facts.here.place)}.")
        return alone, facts
    for chosen in (similar, _with_several_set_ups(facts, similar)):
        pooled = with_projects(facts, chosen)
        together = recommend(pooled.rows, measure)
        if wanted or together.is_comparison:
            return together, pooled
    return alone, facts


def find_similar(project: Project, *, refresh: bool = True) -> Sequence[SimilarProject]:
    """Return the projects similar to one, the most similar first. ``refresh``: bring profiles up to date before."""
    if refresh:
        refresh_profiles(project)
    with project.ledger.read() as snapshot:
        return similar_projects(snapshot, project.files.id())


def _with_several_set_ups(facts: Facts, similar: Sequence[SimilarProject]) -> list[SimilarProject]:
    """Return the similar projects in which several set-ups worked.

    By what became of commits set-ups are compared within projects. One in which a single set-up worked adds nothing to
    that, and makes the works of set-ups look too different to be compared.
    """
    set_ups: dict[ProjectId, set[SetUp]] = {}
    for row in with_projects(facts, similar).rows:
        if row.set_up.is_agent:
            set_ups.setdefault(row.project, set()).add(row.set_up)
    return [one for one in similar if len(set_ups.get(one.project, ())) > 1]


def _with_work(facts: Facts, similar: Sequence[SimilarProject]) -> list[SimilarProject]:
    """Return the similar projects with commits of agents in the time that was asked for."""
    working = {row.project for row in with_projects(facts, similar).rows if row.set_up.is_agent}
    return [one for one in similar if one.project in working]
