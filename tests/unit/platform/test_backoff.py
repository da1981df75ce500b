"""The pauses between restarts."""

from trunkline.platform.backoff import Backoff


def test_pauses_double_up_to_the_limit() -> None:
    backoff = Backoff()
    assert [backoff.after(1) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_good_life_starts_over() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(0)
    assert backoff.after(60) == 0.5
    assert backoff.after(59.9) == 1


def test_first_and_limit_are_choices() -> None:
    backoff = Backoff(first=2, limit=5, good=10)
    assert [backoff.after(0) for _ in range(4)] == [2, 4, 5, 5]
