"""How what several people keyed is compared, and which fields are drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intake.keyed import Said, alike, is_drawn, outcome

_VALUES = st.one_of(st.none(), st.booleans(), st.text("AB 12", max_size=4))
_STATES = st.sampled_from(["accepted", "corrected", "illegible", "absent", "as_written"])
SAYINGS = st.builds(Said, _STATES, _VALUES)


def test_capitals_and_spaces_do_not_make_a_difference() -> None:
    assert alike(Said("accepted", "AB12 CDE"), Said("corrected", "ab12cde"))
    assert not alike(Said("accepted", "AB12CDE"), Said("corrected", "AB12CDF"))


def test_left_blank_and_cannot_read_are_sayings_of_their_own() -> None:
    assert alike(Said("absent"), Said("accepted", None))
    assert not alike(Said("absent"), Said("illegible"))
    assert not alike(Said("illegible"), Said("as_written", "illegible"))


def test_a_tick_is_no_text() -> None:
    assert not alike(Said("accepted", True), Said("as_written", "True"))


@given(SAYINGS, SAYINGS, SAYINGS)
def test_being_alike_is_an_equivalence(one: Said, two: Said, three: Said) -> None:
    assert alike(one, one)
    assert alike(one, two) == alike(two, one)
    if alike(one, two) and alike(two, three):
        assert alike(one, three)


@given(SAYINGS, SAYINGS, st.one_of(st.none(), SAYINGS))
def test_two_alike_of_three_decide_and_nothing_else_does(
    first: Said, second: Said, third: Said | None
) -> None:
    said = [each for each in (first, second, third) if each is not None]
    pairs = sum(alike(a, b) for i, a in enumerate(said) for b in said[i + 1 :])
    decided = outcome(first, second, third)
    assert bool(decided) == bool(pairs)
    if decided == "second":
        assert not alike(first, second)
        assert third is not None
        assert alike(second, third)


@given(SAYINGS)
def test_what_somebody_said_survives_being_stored(said: Said) -> None:
    assert Said.from_json(said.to_json()) == said


def test_the_share_drawn_is_the_share_asked_for_and_always_the_same_one() -> None:
    subjects = [(f"application {n}", 1, "vehicle.vrn") for n in range(4000)]
    drawn = {each for each in subjects if is_drawn(b"secret", each, 0.1)}
    assert 320 <= len(drawn) <= 480
    assert drawn == {each for each in subjects if is_drawn(b"secret", each, 0.1)}
    assert drawn <= {each for each in subjects if is_drawn(b"secret", each, 0.3)}
    assert drawn != {each for each in subjects if is_drawn(b"another", each, 0.1)}


@given(st.text(max_size=8), st.integers(1, 9), st.text(max_size=8))
def test_a_share_of_nothing_draws_none_and_of_all_draws_all(a: str, n: int, b: str) -> None:
    assert not is_drawn(b"secret", (a, n, b), 0.0)
    assert is_drawn(b"secret", (a, n, b), 1.0)
