"""Kaplan-Meier curves against statsmodels, and their use with young commits."""

from random import Random

import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from tracker.comparison.survival import Lifetime, survival_curve


def test_against_statsmodels() -> None:
    chance = Random(1)
    lives = [Lifetime(chance.randrange(1, 60), chance.random() < 0.6) for _ in range(200)]
    curve = survival_curve(lives)
    oracle = SurvfuncRight([life.days for life in lives], [int(life.removed) for life in lives])
    events = [number for number, count in enumerate(oracle.n_events) if count]
    assert [point.days for point in curve] == [oracle.surv_times[number] for number in events]
    assert [point.kept for point in curve] == pytest.approx([oracle.surv_prob[number] for number in events])
    low, high = oracle.simultaneous_cb()  # a band, which is wider than an interval
    for point, number in zip(curve, events, strict=True):
        assert low[number] - 1e-9 <= point.low <= point.kept <= point.high <= high[number] + 1e-9


def test_young_lines_count_only_as_far_as_they_are_old() -> None:
    lives = [
        Lifetime(10, removed=True, number=5),
        Lifetime(5, removed=False, number=90),
        Lifetime(30, removed=False, number=5),
    ]
    [point] = survival_curve(lives)
    assert point.days == 10
    assert point.kept == pytest.approx(0.5)


def test_nothing_to_show() -> None:
    assert survival_curve([]) == []


def test_everything_is_gone() -> None:
    curve = survival_curve([Lifetime(3, removed=True, number=4)])
    assert [(point.kept, point.low, point.high) for point in curve] == [(0, 0, 0)]
