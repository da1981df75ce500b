"""Every class of a lost race (delivery.md B.3)."""

import pytest

from projections.positions import NOTHING, Held, Loss, Move, classify, mark

MINE = Held("log", 3, "first", 100, 5)


@pytest.mark.parametrize(
    ("row", "loss"),
    [
        (MINE, Loss.NONE),
        (MINE._replace(owner_epoch=6), Loss.ZOMBIE),
        (MINE._replace(owner_epoch=6, next_offset=120), Loss.ZOMBIE),
        (MINE._replace(next_offset=120), Loss.COMMITTED),
        (MINE._replace(next_offset=80), Loss.REWOUND),
        (MINE._replace(next_offset=0, generation=""), Loss.REWOUND),
        (MINE._replace(owner_epoch=4), Loss.UNFENCED),
        (MINE._replace(owner_epoch=4, next_offset=80), Loss.UNFENCED),
        (MINE._replace(generation="another"), Loss.RECREATED),
        (None, Loss.MISSING),
    ],
)
def test_a_lost_race_has_one_meaning(row: Held | None, loss: Loss) -> None:
    assert classify(MINE, row) is loss


def test_the_first_commit_whose_answer_was_lost_is_ours_too() -> None:
    mine = Held("log", 3, "", 0, 1)
    assert classify(mine, Move(mine, 10, NOTHING, NOTHING, "first").moved) is Loss.COMMITTED


def test_a_topic_is_known_by_its_first_record() -> None:
    assert mark(1, b"a") == mark(1, b"a")
    assert len({mark(1, b"a"), mark(2, b"a"), mark(1, b"b"), mark(1, None)}) == 4
