"""Long work in slices, by a clock that the work itself moves on."""

from __future__ import annotations

from collections.abc import Generator

from makemore.slices import SECONDS, telling, whole


class Clock:
    """A clock that stands still unless work is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, times: list[float]) -> Generator[None, None, float]:
        for seconds in times:
            self.now += seconds
            yield None
        return self.now


def test_all_of_the_work_gives_what_it_returns() -> None:
    assert whole(Clock().work([1.0, 2.0])) == 3.0


def test_it_is_told_each_time_that_a_slice_has_gone_and_not_more_often() -> None:
    clock = Clock()
    stream = telling(clock.work([SECONDS / 4] * 10), "working", clock)

    times = []
    while True:
        try:
            assert next(stream) == "working"
        except StopIteration as end:
            found = end.value
            break
        times.append(round(clock.now / SECONDS, 2))
        clock.now += 7 * SECONDS  # what others do meanwhile is no work
        times[-1] -= 7 * (len(times) - 1)

    assert times == [1.0, 2.0]
    assert found == clock.now


def test_what_takes_longer_than_a_slice_is_told_at_once() -> None:
    clock = Clock()

    assert list(telling(clock.work([1.0] * 3), "working", clock)) == ["working"] * 3
