"""The published and worked examples of every kind of value."""

from __future__ import annotations

import pytest

from extractors.formpack import FieldPlace, Option
from extractors.kinds import KINDS, rule
from extractors.kinds.people import surname_codes
from extractors.kinds.positions import NotPositions, expand
from extractors.kinds.vehicles import first_used, mark_styles, vin_check_digit
from extractors.values import Box

ANYWHERE = Box(0, 0, 1, 1)


def place(kind: str, name: str = "a_field", **more: object) -> FieldPlace:
    words = {"en": "A field"}
    return FieldPlace(name, words, kind, "comb", 1, ANYWHERE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("driver_number", "MORGA753116SM9IJ", "MORGA753116SM9IJ"),
        ("driver_number", "morga 753116 sm9ij", "MORGA753116SM9IJ"),
        ("driver_number", "MORGA753116SM9IJ 12", "MORGA753116SM9IJ"),
        ("driver_number", "MORGA753116SM9IJ **", "MORGA753116SM9IJ"),
        ("driver_number", "MORGA657054SM9IJ", "MORGA657054SM9IJ"),
        ("driver_number", "MORGA657054SM9BF", "MORGA657054SM9BF"),
        ("driver_number", "MORGA753116SMJIJ", "MORGA753116SMJIJ"),
        ("driver_number", "12345678", "12345678"),
        ("driver_number", "ABCDE123456AB1AB", None),
        ("driver_number", "M0RGA753116SM9IJ", None),
        ("driver_number", "MORGA753116SM9I1", None),
        ("driver_number", "MORGA702306SM9IJ", None),
        ("registration_mark", "AB12 CDE", "AB12CDE"),
        ("registration_mark", "tui9999", "TUI9999"),
        ("registration_mark", "AZ1234", "AZ1234"),
        ("registration_mark", "BIA1234", "BIA1234"),
        ("registration_mark", "OIA1", "OIA1"),
        ("registration_mark", "AB1234", "AB1234"),
        ("registration_mark", "AA19AAA", "AA19AAA"),
        ("registration_mark", "0001  A", "1A"),
        ("registration_mark", "Y  9ABC", "Y9ABC"),
        ("registration_mark", "ABC 123D", "ABC123D"),
        ("registration_mark", "Q123ABC", "Q123ABC"),
        ("registration_mark", "AB01CDE", None),
        ("registration_mark", "AZ21ABC", None),
        ("registration_mark", "AB71IBC", None),
        ("registration_mark", "A8I2CDE", None),
        ("registration_mark", "123D456", None),
        ("vin", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        ("vin", "wvwzzz1kz6w612305", "WVWZZZ1KZ6W612305"),
        ("vin", "WVWZZZ1KZ6W61230", "WVWZZZ1KZ6W61230"),
        ("vin", "WVWZZZ1KZ6W61230O", None),
        ("vin", "123", None),
        ("national_insurance_number", "ab 12 34 56 c", "AB123456C"),
        ("national_insurance_number", "AB123456", "AB123456"),
        ("national_insurance_number", "QQ123456C", None),
        ("national_insurance_number", "TN123456C", None),
        ("national_insurance_number", "AB123456E", None),
        ("national_insurance_number", "AO123456C", None),
        ("postcode", "sa67jl", "SA6 7JL"),
        ("postcode", "SA99 1BA", "SA99 1BA"),
        ("postcode", "BFPO12", "BFPO 12"),
        ("postcode", "ASCN 1ZZ", "ASCN 1ZZ"),
        ("phone", "01792 960123", "+441792960123"),
        ("phone", "+44 (0)1792 960123", "+441792960123"),
        ("phone", "0044 7700 900123", "+447700900123"),
        ("phone", "(020) 7946-0123", "+442079460123"),
        ("phone", "44 7700 900123", "+447700900123"),
        ("phone", "+353 1 234 5678", "+35312345678"),
        ("phone", "01792 96012", "+44179296012"),
        ("phone", "0179296", None),
        ("phone", "09792 960123", None),
        ("email", "SARAH@EXAMPLE.COM", "sarah@example.com"),
        ("email", "Sarah.M@Example.COM", "Sarah.M@example.com"),
        ("email", "sarah@example", None),
        ("email", "sarah.example.com", None),
        ("email", "a" * 65 + "@example.com", None),
        ("email", "sarah@-example.com", None),
        ("money", "£25", "25.00"),
        ("money", "25.50", "25.50"),
        ("money", "1,234.00", "1234.00"),
        ("money", "25.5", None),
        ("money", "2 5", "25.00"),
        ("digits", "12,345 ", "12345"),
        ("digits", "12B45", None),
        ("name", "SARAH  MEREDYTH", "Sarah Meredyth"),
        ("name", "o'brien", "o'brien"),
        ("name", "O'BRIEN", "O'Brien"),
        ("name", "SMITH-JONES", "Smith-Jones"),
        ("name", "MCDONALD", "McDonald"),
        ("name", "Ian MacDonald", "Ian MacDonald"),
        ("name", "SIÂN", "Siân"),
        ("name", "SARAH (SAL) EVANS", "Sarah (Sal) Evans"),
        ("name", "M0RGAN", None),
        ("name", "4 WHEELS LTD.", "4 Wheels Ltd."),
        ("name", "A1 Motors", None),
        ("name", " - ", None),
        ("text", " 14  Heol Las ", "14 Heol Las"),
        ("text", "  ", None),
        ("text", " . -", None),
        ("digits", "١٢", None),
        ("vin", "١٢٣٤", None),
        ("date", "١٧٠٣١٩٧٤", None),
        ("phone", "٠١٧٩٢٩٦٠١٢٣", None),
        ("tick", "X", "yes"),
        ("signature", "no", "no"),
    ],
)
def test_what_is_written_becomes_one_canonical_value(
    kind: str, written: str, value: str | None
) -> None:
    assert KINDS[kind].normal(written) == value


@pytest.mark.parametrize(
    "code",
    [
        "SA991BA", "SA67JL", "W1A1AA", "EC1A1BB", "M11AE", "B338TH", "CR26XH", "DN551PT", "GIR0AA",
        "BF10AA", "SW1A2AA", "E202ST", "BT15GS", "JE23AB", "GY11AA", "IM11AA", "ZE10AA",
    ],
)  # fmt: skip
def test_real_postcodes_pass(code: str) -> None:
    assert KINDS["postcode"].normal(code) == f"{code[:-3]} {code[-3:]}"


@pytest.mark.parametrize("code", ["SA991IO", "AI11AA", "NPT1AA", "QQ99QQ", "XM45HQ", ""])
def test_what_no_postcode_can_be_is_refused(code: str) -> None:
    assert KINDS["postcode"].normal(code) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("17031974", "1974-03-17"),
        ("17 03 1974", "1974-03-17"),
        ("170374", "1974-03-17"),
        ("170326", "2026-03-17"),
        ("11 March 1976", "1976-03-11"),
        ("11th March, 1976", "1976-03-11"),
        ("11.3.76", "1976-03-11"),
        ("11/03/76", "1976-03-11"),
        ("11 Mawrth 1976", "1976-03-11"),
        ("1 medi 2026", "2026-09-01"),
        ("1 Sept 2026", "2026-09-01"),
        ("11MAR1976", "1976-03-11"),
        ("1976-03-11", "1976-03-11"),
        ("29 02 2024", "2024-02-29"),
        ("29 02 2023", None),
        ("03/13/1974", None),
        ("31041974", None),
        ("00011974", None),
        ("1 Ma 1974", None),
        ("1703", None),
        ("", None),
    ],
)
def test_dates_are_day_month_year_and_never_guessed_the_american_way(
    written: str, value: str | None
) -> None:
    assert KINDS["date"].normal(written) == value


def test_two_digit_years_of_birth_turn_earlier_than_other_dates() -> None:
    birth = rule(place("date", "applicant.date_of_birth"))
    assert birth.normal("170330") == "1930-03-17"
    assert rule(place("date", "request.date")).normal("170330") == "2030-03-17"


@pytest.mark.parametrize(
    ("mark", "styles"),
    [
        ("TUI9999", {"ni"}),
        ("BIA1234", {"ni"}),
        ("OIA1", {"ni"}),
        ("AZ1234", {"ni", "dateless"}),
        ("AB1234", {"dateless"}),
        ("AB12CDE", {"current"}),
        ("Y123ABC", {"prefix"}),
        ("ABC123D", {"suffix"}),
        ("1A", {"dateless_rev"}),
        ("AB01CDE", set()),
    ],
)
def test_a_mark_keeps_every_style_it_fits(mark: str, styles: set[str]) -> None:
    assert mark_styles(mark) == styles


def test_the_age_identifier_says_when_a_current_mark_was_first_used() -> None:
    assert first_used("AB21CDE") == (2021, 3)
    assert first_used("AB71CDE") == (2021, 9)
    assert first_used("AB50CDE") == (2050, 3)
    assert first_used("AB00CDE") == (2050, 9)
    assert first_used("Y123ABC") is None


@pytest.mark.parametrize(
    ("vin", "digit"),
    [
        ("1M8GDM9AXKP042788", "X"),
        ("5GZCZ43D13S812715", "1"),
        ("11111111111111111", "1"),
        ("WVWZZZ1KZ6W612305", "2"),
    ],
)
def test_vin_check_digits_are_computed_as_in_iso_3779(vin: str, digit: str) -> None:
    assert vin_check_digit(vin) == digit


@pytest.mark.parametrize(
    ("surname", "code"),
    [
        ("Morgan", "MORGA"), ("Doe", "DOE99"), ("MacDonald", "MCDON"), ("MacDonald", "MACDO"),
        ("O'Brien", "OBRIE"), ("Li", "LI999"), ("Smith-Jones", "SMITH"), ("Siân", "SIAN9"),
    ],
)  # fmt: skip
def test_surnames_are_coded_as_driver_numbers_do(surname: str, code: str) -> None:
    assert code in surname_codes(surname)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("registration_mark", "AB12CDE", "AB12 CDE"),
        ("registration_mark", "ABC123D", "ABC 123D"),
        ("registration_mark", "Y123ABC", "Y123 ABC"),
        ("registration_mark", "ABC1234", "ABC 1234"),
        ("registration_mark", "1A", "1 A"),
        ("registration_mark", "TUI9999", "TUI 9999"),
        ("date", "1974-03-17", "17 03 1974"),
        ("phone", "+441792960123", "01792 960123"),
        ("phone", "+442079460123", "020 7946 0123"),
        ("phone", "+441212345678", "0121 234 5678"),
        ("phone", "+443001231234", "0300 123 1234"),
        ("phone", "+447700900123", "07700 900123"),
        ("money", "1234.50", "£1,234.50"),
        ("driver_number", "MORGA753116SM9IJ", "MORGA 753116 SM9IJ"),
        ("national_insurance_number", "AB123456C", "AB 12 34 56 C"),
    ],
)
def test_values_are_shown_as_people_write_them(kind: str, value: str, shown: str) -> None:
    assert KINDS[kind].display(value) == shown


@pytest.mark.parametrize(
    ("kind", "value", "meaning"),
    [
        ("date", "1974-03-17", "17 March 1974"),
        ("registration_mark", "AB12CDE", "first used March 2012 to August 2012"),
        ("registration_mark", "AB71CDE", "first used September 2021 to February 2022"),
        ("registration_mark", "AZ1234",
         "no date in the mark, from before 1963; Northern Ireland style"),
        ("driver_number", "MORGA753116SM9IJ",
         "surname begins MORGA, born 11 March, year ending 76"),
        ("driver_number", "12345678", "Northern Ireland driver number"),
        ("national_insurance_number", "AB123456",
         "a National Insurance number without the letter at its end"),
        ("vin", "WVWZZZ1KZ6W612305", "no check digit, as usual in Europe"),
        ("vin", "1M8GDM9AXKP042788", "check digit agrees"),
        ("money", "25.00", "25 pounds"),
        ("money", "1.05", "1 pound and 5 pence"),
        ("phone", "+447700900123", "a UK mobile or personal number"),
        ("postcode", "SA6 7JL", "Swansea area"),
    ],
)  # fmt: skip
def test_the_meaning_says_what_a_value_stands_for(kind: str, value: str, meaning: str) -> None:
    assert KINDS[kind].meaning(value) == meaning


@pytest.mark.parametrize(
    ("kind", "written", "reason"),
    [
        ("registration_mark", "AB12CD0",
         "The last 3 characters must be letters. Character 7 is a zero."),
        ("registration_mark", "AB12CIE", "Character 6 cannot be the letter I here."),
        ("driver_number", "M0RGA753116SM9IJ",
         "The first 5 characters must be letters. Character 2 is a zero."),
        ("driver_number", "MORGA753116SM1IJ", "Character 14 cannot be the digit 1 here."),
        ("driver_number", "MORGA753116SM9I", "A driver number has 8 or 16 characters. "
         "This has 15."),
        ("driver_number", "MORGA702306SM9IJ",
         "Characters 7 to 10 say day 30 of February: no such day."),
        ("national_insurance_number", "GB123456A", "No National Insurance number begins with GB."),
        ("national_insurance_number", "AB1234560",
         "Character 9 must be a letter. Character 9 is a zero."),
        ("postcode", "SA99 1IO", "Character 6 cannot be the letter I here."),
        ("postcode", "SA6 7J1", "The last 2 characters must be letters. "
         "Character 6 is the digit 1."),
        ("date", "31041974", "April 1974 has no day 31."),
        ("date", "03131974", "13 is not a month. Dates are day, month, year."),
        ("date", "17O31974", "All 8 characters must be digits. Character 3 is the letter O."),
        ("date", "soon!", "A date has a day, a month and a year, such as 17 March 1974."),
        ("phone", "0179296", "A UK telephone number has 10 or 11 digits. This has 7."),
        ("email", "sarah.example.com", "An email address has one @. This has none."),
        ("email", "s@example", "The part after @ needs a full stop, as in example.com."),
        ("money", "25.5",
         "All 4 characters must be digits. Character 3 is a full stop."),
        ("name", "M0RGAN", "A name has no digits or signs. Character 2 is a zero."),
        ("digits", "12B45", "All 5 characters must be digits. Character 3 is the letter B."),
    ],
)  # fmt: skip
def test_the_explanation_names_the_character(kind: str, written: str, reason: str) -> None:
    assert KINDS[kind].explain(written) == reason


def test_digits_follow_the_pattern_of_the_pack() -> None:
    reference = rule(place("digits", pattern=r"\d{11}", length=11))
    assert reference.normal("1234 5678 901") == "12345678901"
    assert reference.normal("1234") is None
    assert reference.explain("1234") == "This number has 11 digits. This has 4."
    fleet = rule(place("digits", pattern=r"\d{6}|\d{5}-"))
    assert fleet.normal("12345-") == "12345-"
    assert fleet.alternatives(6) == (("0123456789",) * 6, ("0123456789",) * 5 + ("-",))


def test_digits_without_a_pattern_follow_the_length_of_the_comb() -> None:
    mileage = rule(place("digits", length=6))
    assert mileage.normal("123456") == "123456"
    assert mileage.normal("1234567") is None
    assert [len(each) for each in mileage.alternatives(6) or ()] == [6, 5, 4, 3, 2, 1]


def test_a_pattern_that_is_no_grammar_of_positions_still_decides() -> None:
    odd = rule(place("text", pattern=r"[A-Z]+\d*"))
    assert odd.normal("ABC12") == "ABC12"
    assert odd.normal("12ABC") is None
    assert odd.explain("12ABC") == "This is text, but not of the form this field takes."
    with pytest.raises(NotPositions):
        expand(r"[A-Z]+\d*")


def test_a_choice_is_one_of_the_options_of_the_pack_in_either_language() -> None:
    options = (
        Option("lost", {"en": "Lost", "cy": "Ar goll"}, ANYWHERE),
        Option("stolen", {"en": "Stolen"}, ANYWHERE),
    )
    reason = rule(place("choice", options=options))
    assert reason.normal("lost") == "lost"
    assert reason.normal("ar goll") == "lost"
    assert reason.normal("burnt") is None
    assert reason.explain("burnt") == "This must be one of: Lost, Stolen."
    assert reason.display("stolen") == "Stolen"


def test_grammar_patterns_expand_into_every_way_to_write_them() -> None:
    assert expand("A(?:B|[CD]{2})?") == (("A", "B"), ("A", "CD", "CD"), ("A",))
    assert expand("[A-C-]") == (("ABC-",),)
    for bad in ("(?:A", "A)", "[^A]", "A{2,}", "A*", "(A)", "A{", "[A", "["):
        with pytest.raises(NotPositions):
            expand(bad)


@pytest.mark.parametrize(
    ("kind", "usual", "rare"),
    [
        ("registration_mark", "AB12CDE", "NPO704"),
        ("registration_mark", "NPO70Y", "NPO704"),
        ("vin", "SALLTGM87XA123456", "SALLTGM87XA12345B"),
        ("postcode", "SA6 7JL", "SX6 7JL"),
        ("postcode", "BFPO 61", "SA99 7JL"),
    ],
)
def test_usual_values_are_likelier_than_rare_ones(kind: str, usual: str, rare: str) -> None:
    share = KINDS[kind].share
    assert 1.0 >= share(usual) > share(rare) > 0.0


def test_every_share_lets_a_rare_value_stand() -> None:
    assert KINDS["text"].share("anything") == 1.0
    assert all(each.share("") > 0.0 for each in KINDS.values())
