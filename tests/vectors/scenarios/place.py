"""Step 16: a genuine code on another shop's wall."""

from collections.abc import Iterator

from credential.claims import Position
from credential.rules import Policy
from tests.vectors.district import CAFE, sealed
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("place")
NORTH, EAST = 39.9242, 116.4436  # where CAFE is


def scenarios() -> Iterator[Scenario]:
    yield HERE.valid("at-the-door", "Scanned on the spot.", near=Position(NORTH, EAST))
    yield HERE.valid("down-the-street", "About 190 m north.", near=Position(NORTH + 0.0017, EAST))
    yield HERE.attention(
        "around-the-corner",
        "About 211 m north: beyond the limit of 200 m.",
        TEXT,
        "place-mismatch",
        near=Position(NORTH + 0.0019, EAST),
    )
    yield HERE.attention(
        "in-another-district",
        "Copied to a shop in Haidian.",
        TEXT,
        "place-mismatch",
        near=Position(39.9820, 116.3050),
    )
    yield HERE.attention(
        "at-the-antipodes",
        "As far away as one can be.",
        TEXT,
        "place-mismatch",
        near=Position(-NORTH, EAST - 180),
    )
    yield HERE.attention(
        "policy-of-50-metres",
        "A verifier may be stricter.",
        TEXT,
        "place-mismatch",
        near=Position(NORTH + 0.0009, EAST),
        policy=Policy(place_limit_m=50),
    )
    yield HERE.valid(
        "no-position-on-the-license",
        "Nothing to compare with: said, and left to the inspector.",
        sealed(CAFE._replace(position=None)),
        "position-unknown",
        near=Position(NORTH, EAST),
    )
    yield HERE.valid(
        "on-the-equator",
        "Zero degrees north is a position, not the lack of one.",
        sealed(CAFE._replace(position=Position(0.0, 110.0))),
        near=Position(0.0, 110.0),
    )
