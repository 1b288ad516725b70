"""What holds for every value of every kind, tried on generated ones."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.kinds import KINDS
from extractors.kinds.contact import _POSTCODE
from extractors.kinds.people import _DRIVER_GB
from extractors.kinds.positions import expand
from extractors.kinds.vehicles import MARK_STYLES, mark_styles

VALID = {
    "text": st.text(min_size=1).filter(lambda text: any(c.isalnum() for c in text)),
    "name": st.from_regex(r"[A-Z][A-Za-z'-]{0,12}( [A-Za-z]{1,12}){0,2}", fullmatch=True),
    "digits": st.from_regex(r"[0-9]{1,20}", fullmatch=True),
    "date": st.dates(date(1800, 1, 1), date(2199, 12, 31)).map(date.isoformat),
    "postcode": st.from_regex(_POSTCODE.replace(r"\d", "[0-9]"), fullmatch=True),
    "registration_mark": st.sampled_from(sorted(MARK_STYLES)).flatmap(
        lambda style: st.from_regex(MARK_STYLES[style].replace(r"\d", "[0-9]"), fullmatch=True)
    ),
    "vin": st.from_regex(r"[A-HJ-NPR-Z0-9]{4,17}", fullmatch=True),
    "driver_number": st.from_regex(_DRIVER_GB.replace(r"\d", "[0-9]"), fullmatch=True),
    "national_insurance_number": st.from_regex(r"[ACE][A-CEGHJ-M][0-9]{6}[A-D]?", fullmatch=True),
    "phone": st.from_regex(r"0[12378][0-9]{9}|0[18][0-9]{8}", fullmatch=True),
    "email": st.from_regex(r"[a-z]([a-z0-9.]?[a-z]){1,5}@([a-z]{1,9}\.){1,3}uk", fullmatch=True),
    "money": st.from_regex(r"£?[0-9]{1,7}(\.[0-9][0-9])?", fullmatch=True),
    "tick": st.sampled_from(["yes", "no"]),
    "signature": st.sampled_from(["yes", "no"]),
    "choice": st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True),
}  # fmt: skip
WITH_POSITIONS = [kind for kind in KINDS if KINDS[kind].alternatives(16) is not None]


def test_every_kind_has_a_generator() -> None:
    assert set(VALID) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_valid_values_pass_and_are_their_own_normal_form(kind: str, data: st.DataObject) -> None:
    rule = KINDS[kind]
    value = rule.normal(data.draw(VALID[kind]))
    if value is None:
        assert kind == "driver_number", "only a day such as 31 April may be refused"
        return
    assert rule.normal(value) == value
    assert rule.normal(rule.display(value)) == value
    assert rule.explain(value) == ""
    assert rule.meaning(value)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(raw=st.one_of(st.text(), st.from_regex(r"[A-Z0-9 .,/'&@:-]{0,20}", fullmatch=True)))
def test_whatever_is_written_is_a_value_or_explained(kind: str, raw: str) -> None:
    rule = KINDS[kind]
    value = rule.normal(raw)
    if value is None:
        assert rule.explain(raw).endswith(".")
    else:
        assert rule.explain(raw) == ""
        assert rule.normal(value) == value


@pytest.mark.parametrize("kind", WITH_POSITIONS)
@given(data=st.data())
def test_what_the_grammar_lets_a_comb_hold_is_what_the_kind_accepts(
    kind: str, data: st.DataObject
) -> None:
    rule = KINDS[kind]
    ways = rule.alternatives(data.draw(st.sampled_from([6, 7, 8, 11, 16, 17])))
    assume(ways)
    way = data.draw(st.sampled_from(ways))
    written = "".join(data.draw(st.sampled_from(allowed)) for allowed in way)
    if rule.normal(written) is None:
        assert kind in ("date", "driver_number")
        assert "day" in rule.explain(written)
    assert set(written) <= set(rule.alphabet)


@pytest.mark.parametrize("kind", WITH_POSITIONS)
@given(data=st.data())
def test_what_the_kind_accepts_a_comb_of_its_length_can_hold(
    kind: str, data: st.DataObject
) -> None:
    written = "".join(data.draw(VALID[kind]).removeprefix("£").split())
    if kind == "date":
        written = f"{written[8:]}{written[5:7]}{written[:4]}"
        assume(written[4:6] in ("19", "20"))
    assert KINDS[kind].normal(written) or kind == "driver_number"
    ways = KINDS[kind].alternatives(len(written))
    assert ways is not None
    assert any(
        len(way) == len(written) and all(c in a for c, a in zip(written, way, strict=True))
        for way in ways
    )


@given(
    pattern=st.sampled_from([r"A?\d{1,3}(?:B|CD)", "[A-CX]{2}", _POSTCODE, _DRIVER_GB]),
    data=st.data(),
)
def test_expanding_a_pattern_accepts_exactly_what_it_matches(
    pattern: str, data: st.DataObject
) -> None:
    written = data.draw(
        st.one_of(
            st.from_regex(r"[A-DX0-9]{0,7}", fullmatch=True),
            st.from_regex(pattern.replace(r"\d", "[0-9]"), fullmatch=True),
        )
    )
    held = any(
        len(way) == len(written) and all(c in a for c, a in zip(written, way, strict=True))
        for way in expand(pattern)
    )
    assert held == bool(re.fullmatch(pattern, written))


@given(st.integers(min_value=1, max_value=99))
def test_every_age_identifier_but_01_makes_a_current_mark(age: int) -> None:
    assert ("current" in mark_styles(f"AB{age:02}CDE")) == (age != 1)
