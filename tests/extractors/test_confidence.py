"""From what speaks for a value to a probability: more evidence never makes it less likely."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.confidence import (
    Curve,
    Evidence,
    curve_of,
    curves,
    curves_in,
    family,
    features,
    probability,
)
from extractors.formpack import FieldPlace
from extractors.values import Box

FAMILIES = ("digits", "date", "code", "name", "text")
SHARE = st.floats(0.0, 1.0)


def place(kind: str, **more: object) -> FieldPlace:
    return FieldPlace("it", {"en": "It"}, kind, "comb", 1, Box(0, 0, 1, 1), **more)  # type: ignore[arg-type]


PLACES = {
    "digits": place("digits"),
    "date": place("date"),
    "code": place("vin"),
    "name": place("name"),
    "text": place("text"),
}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (place("phone"), "digits"),
        (place("money"), "digits"),
        (place("digits", pattern=r"\d{11}"), "digits"),
        (place("national_insurance_number"), "code"),
        (place("text", pattern=r"[A-Z]{2}\d{6}"), "code"),
        (place("text", words="towns"), "name"),
        (place("text", words="streets"), "text"),
        (place("email"), "text"),
    ],
)
def test_fields_share_a_curve_with_what_is_written_alike(field: FieldPlace, expected: str) -> None:
    assert family(field) == expected


def test_every_family_has_a_curve_for_one_reader_and_for_two() -> None:
    wanted = {f"{name}.{readers}" for name in FAMILIES for readers in ("one", "two")}
    assert wanted | {"line"} == set(curves())
    one, two = Evidence(0.9), Evidence(0.9, heard=0.9)
    for name, field in PLACES.items():
        assert curve_of(field, one) == f"{name}.one"
        assert curve_of(field, two) == f"{name}.two"
        for seen in (one, two):
            assert len(curves()[curve_of(field, seen)].weights) == len(features(seen))


@given(
    name=st.sampled_from(FAMILIES),
    posterior=SHARE,
    second=SHARE,
    clarity=SHARE,
    heard=st.one_of(st.none(), SHARE),
    data=st.data(),
)
def test_more_evidence_never_makes_a_value_less_likely(
    name: str, posterior: float, second: float, clarity: float, heard: float | None,
    data: st.DataObject,
) -> None:  # fmt: skip
    field = PLACES[name]
    less = Evidence(posterior, second, clarity, heard)
    more = replace(
        less,
        posterior=data.draw(st.floats(posterior, 1.0)),
        second=data.draw(st.floats(0.0, second)),
        clarity=data.draw(st.floats(clarity, 1.0)),
        heard=None if heard is None else data.draw(st.floats(heard, 1.0)),
        known=True,
    )
    assert 0.0 <= probability(field, less) <= probability(field, more) + 1e-9
    assert probability(field, more) <= 0.998


def test_hopeless_evidence_is_hardly_believed() -> None:
    for field in PLACES.values():
        assert probability(field, Evidence(1e-4, 0.9, 0.01)) < 0.5
        assert probability(field, Evidence(1e-4, 0.9, 0.01, 1e-4)) < 0.5


def test_a_table_says_its_curves() -> None:
    table = {"curves": {"a": {"bias": 1.0, "weights": [2.0], "most": 0.9, "values": 7}}}
    assert curves_in(table) == {"a": Curve(1.0, (2.0,), 0.9)}
    assert curves_in(table)["a"].at((5.0,)) == 0.9
    assert curves_in(table)["a"].at((-60.0,)) < 1e-6
