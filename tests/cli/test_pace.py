"""The pace of long work: what is shown between the moments at which progress is told."""

import itertools

from tracker.cli.pace import Pace, Shown


def shown(pace: Pace, now: float) -> Shown:
    found = pace.at(now)
    assert found is not None
    return found


def shown_while_told(burst: int, seconds: float, bursts: int) -> list[Shown]:
    """Return what is shown ten times a second while work is told in bursts that many seconds apart; not the end."""
    pace, found, now = Pace(0.0), list[Shown](), 0.0
    pace.tell(0, 2 * burst * bursts, 0.0)
    for number in range(1, bursts + 1):
        for _ in range(int(10 * seconds)):
            now += 0.1
            found.append(shown(pace, now))
        pace.tell(burst * number, 2 * burst * bursts, now)
    return found


def test_nothing_is_shown_before_anything_is_told() -> None:
    assert Pace(0.0).at(5.0) is None


def test_it_moves_evenly_while_work_comes_in_bursts() -> None:
    """500 commits come each 2 seconds: 25 in each tenth of a second."""
    steps = [after.done - before.done for before, after in itertools.pairwise(shown_while_told(500, 2.0, 20)[100:])]
    assert min(steps) >= 20
    assert max(steps) <= 35


def test_it_is_never_ahead_of_what_was_told_and_never_goes_back() -> None:
    for burst, seconds in ((500, 2.0), (20, 0.1), (10_000, 7.0)):
        found = shown_while_told(burst, seconds, 12)
        done = [one.done for one in found]
        assert done == sorted(done)
        ticks = int(10 * seconds)
        assert all(one.done <= burst * (place // ticks) for place, one in enumerate(found))


def test_rate_and_time_left_are_those_of_the_mean() -> None:
    last = shown_while_told(20, 0.1, 300)[-1]
    assert last.rate is not None
    assert last.left is not None
    assert abs(last.rate - 200) < 5
    assert abs(last.left - 30) < 2


def test_preparation_before_the_first_commit_does_not_count() -> None:
    pace = Pace(0.0)
    pace.tell(20, 1000, 60.0)
    pace.tell(120, 1000, 61.0)
    assert shown(pace, 61.0).rate == 100


def test_rate_falls_and_the_time_left_grows_while_nothing_is_told() -> None:
    pace = Pace(0.0)
    for second in range(11):
        pace.tell(100 * second, 2000, float(second))
    found = [shown(pace, float(now)) for now in (11, 15, 20, 100)]
    rates = [one.rate or 0.0 for one in found]
    assert rates == sorted(rates, reverse=True)
    assert found[1].left is not None
    assert found[2].left is not None
    assert found[2].left > found[1].left
    assert (found[-1].done, found[-1].left) == (1000, None)


def test_old_moments_are_forgotten() -> None:
    """The statistics of commits come after the commits, and take longer: the rate is that of the last half minute."""
    pace = Pace(0.0)
    for second in range(11):
        pace.tell(1000 * second, 20_000, float(second))
    for second in range(11, 60):
        pace.tell(10_000 + 10 * (second - 10), 20_000, float(second))
        shown(pace, float(second))
    assert round(shown(pace, 59.0).rate or 0.0) == 10


def test_what_was_told_is_shown_in_the_end_whatever_follows() -> None:
    pace = Pace(0.0)
    pace.tell(1, 1000, 0.0)
    assert shown(pace, 0.1).done == 1
    pace.tell(501, 1000, 1.0)
    assert shown(pace, 1.1).done < 500
    assert shown(pace, 30.0).done == 501


def test_the_end_is_shown_at_once() -> None:
    pace = Pace(0.0)
    pace.tell(0, 1000, 0.0)
    pace.tell(1000, 1000, 0.1)
    found = shown(pace, 0.2)
    assert (found.done, found.left) == (1000, 0.0)


def test_less_than_nothing_is_expected_of_an_empty_history() -> None:
    pace = Pace(0.0)
    pace.tell(0, 0, 1.0)
    assert shown(pace, 1.0)[:3] == (0, 0, None)
