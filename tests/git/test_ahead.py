"""Work ahead of the caller: in order, bounded, and with errors where they belong."""

import threading

import pytest

from tracker.git.ahead import computed_ahead


@pytest.mark.parametrize("jobs", [None, 1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 50])
def test_results_come_in_order(count: int, jobs: int | None) -> None:
    assert [*computed_ahead(lambda number: number * 2, range(count), jobs)] == [number * 2 for number in range(count)]


def test_no_more_is_worked_on_than_jobs() -> None:
    begun: list[int] = []
    lock = threading.Lock()

    def work(number: int) -> int:
        with lock:
            begun.append(number)
        return number

    results = computed_ahead(work, range(10), 2)
    for number in range(8):
        assert next(results) == number
        assert max(begun) <= number + 2


def test_two_parts_are_worked_on_at_a_time() -> None:
    both = threading.Barrier(2, timeout=60)

    def work(number: int) -> int:
        both.wait()  # ends only when another thread has come too
        return number

    assert [*computed_ahead(work, range(4), 2)] == [0, 1, 2, 3]


def test_error_is_raised_at_its_part_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 2:
            raise ValueError(number)
        return number

    found: list[int] = []
    with pytest.raises(ValueError, match="2"):
        found.extend(computed_ahead(work, range(100), 1))
    assert found == [0, 1]
    assert max(begun) <= 3


def test_single_part_is_worked_on_by_the_caller() -> None:
    assert [*computed_ahead(lambda _: threading.current_thread(), [0])] == [threading.current_thread()]
