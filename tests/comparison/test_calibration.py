"""The agent's grades beside the user's, against statsmodels where it has the measure."""

from random import Random

import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from tracker.comparison.calibration import calibrate


def test_kappa_against_statsmodels() -> None:
    chance = Random(2)
    pairs = [(user, min(3, max(0, user + chance.choice((-1, 0, 0, 1))))) for user in chance.choices(range(4), k=80)]
    found = calibrate(pairs)
    table = [[found.table.get((one, other), 0) for other in range(4)] for one in range(4)]
    assert found.kappa == pytest.approx(cohens_kappa(table, wt="quadratic", return_results=False))
    assert found.pairs == found.equal + found.agent_higher + found.agent_lower == 80


def test_agent_that_flatters_itself() -> None:
    found = calibrate([(2, 0)] * 6 + [(2, 2)] * 14 + [(1, 1)] * 5)
    assert found.is_enough
    assert found.bad_called_good == (6, 20)
    assert found.difference == pytest.approx(12 / 25)
    low, high = found.difference_interval
    assert 0 < low < 12 / 25 < high


def test_few_pairs_say_nothing() -> None:
    found = calibrate([(2, 2)] * 19)
    assert (found.is_enough, found.kappa, found.seems_rubber_stamped) == (False, None, False)
    assert calibrate([]).difference == 0


def test_user_who_always_agrees_is_named() -> None:
    assert calibrate([(2, 2)] * 10 + [(0, 0)] * 10).seems_rubber_stamped


def test_kappa_has_no_value_where_nothing_varies() -> None:
    assert calibrate([(2, 2)] * 40).kappa is None
