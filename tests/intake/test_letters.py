"""Letters drafted from what failed: each sentence has a source, both languages, no answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors import checks
from extractors.values import OBSOLETE, CheckResult, Doubt, Value
from intake.letters import Edits, Source, draft, likely_reasons, written
from intake.letters.texts import label, rules, texts
from intake.model import RETURN_REASONS, AnswerState
from tests.intake.drafted import LANGUAGES, Case, failed, pack_of, questions

# ---- the texts are data, in two languages ----


def every_text() -> Iterator[tuple[str, Mapping[str, str]]]:
    for group, members in texts().items():
        for name, told in members.items():
            if group not in ("months", "nth", "of_page"):
                yield f"{group}.{name}", told


def test_every_text_is_there_in_both_languages_with_the_same_gaps() -> None:
    for name, told in every_text():
        assert set(told) == set(LANGUAGES), name
        assert all(text.strip() for text in told.values()), name
        holes = [sorted(re.findall(r"{(\w+)}", told[language])) for language in LANGUAGES]
        assert holes[0] == holes[1], name
        brackets = [told[language].count("[") for language in LANGUAGES]
        assert brackets[0] == brackets[1], name
        assert told["en"] != told["cy"], name
    assert {len(months) for months in texts()["months"].values()} == {12}
    assert len(texts()["nth"]["en"]) == len(texts()["nth"]["cy"])


def test_every_reason_and_every_rule_has_its_words() -> None:
    assert set(texts()["reason"]) == set(RETURN_REASONS)
    assert set(texts()["todo"]) - {"other"} <= set(RETURN_REASONS)
    told, silent = rules()["told"], set(rules()["silent"])
    assert set(told) | silent == set(checks.RULES)
    assert not set(told) & silent
    for each in told.values():
        assert each["text"] in texts()["rule"]
        assert each["reason"] in RETURN_REASONS


def test_no_text_accuses_or_threatens() -> None:
    harsh = re.compile(r"\b(fail\w*|forg[eo]t\w*|must|invalid|incorrect|false|refuse\w*|error)\b")
    for name, told in every_text():
        assert not harsh.search(told["en"].casefold()), name
        assert "!" not in told["en"] + told["cy"], name


# ---- from what failed to sentences ----


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", RETURN_REASONS)
def test_every_reason_makes_a_letter_whose_sentences_have_a_source(
    reason: str, language: str
) -> None:
    case = Case()
    drafted = draft(case.task, case.pack, [reason], language)
    (cause,) = [each for each in drafted.sentences if each.part == "cause"]
    assert cause.text == texts()["reason"][reason][language]
    assert cause.source == Source("reason", (reason,))
    assert [each.part for each in drafted.sentences] == [
        "salutation", "opening", "cause", "todo", "papers", "closing", "sign_off",
    ]  # fmt: skip
    assert all(each.source.kind in ("frame", "reason") for each in drafted.sentences)
    assert len({each.key for each in drafted.sentences}) == len(drafted.sentences)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", sorted(set(checks.RULES) - set(rules()["silent"])))
def test_every_rule_that_fails_is_told_by_the_labels_of_its_fields(
    rule: str, language: str
) -> None:
    asked = questions()
    if rule not in asked:  # no shipped form asks for it
        asked = {rule: (pack_of(), ("vehicle.vrn", "vehicle.make"))}
    pack, names = asked[rule]
    case = Case(pack, failures=(failed(rule, *names),))
    (reason,) = likely_reasons(case.task, pack)
    (sentence,) = case.sentences(reason, language=language)
    assert (sentence.source.kind, sentence.source.codes) == ("rule", (rule,))
    assert sentence.source.fields == names
    assert not sentence.offered
    if rule != "PE-05":  # both names, as the form has four fields for them
        assert label(pack, names[-1], language) in sentence.text
    assert "MORGA" not in sentence.text


def test_a_rule_without_words_of_its_own_is_told_by_the_label() -> None:
    case = Case(failures=(failed("ZZ-99", "vehicle.vrn"),))
    (sentence,) = case.sentences("AMBIGUOUS_FIELD")
    assert sentence.text.startswith("We could not use what stands in ‘")


def test_what_is_for_the_office_alone_is_not_told_to_the_sender() -> None:
    for rule in rules()["silent"]:
        case = Case(failures=(failed(rule, "vehicle.vrn"),))
        assert likely_reasons(case.task, case.pack) == ()
        (sentence,) = case.sentences("AMBIGUOUS_FIELD")
        assert sentence.source.kind == "reason"


def test_several_rules_that_say_the_same_make_one_sentence() -> None:
    pair = ("applicant.driver_number", "applicant.date_of_birth")
    case = Case(failures=(failed("DN-02", *pair), failed("DN-04", *pair)))
    (sentence,) = case.sentences("AMBIGUOUS_FIELD")
    assert sentence.text == (
        "The answers in ‘Driver number’ and ‘Date of birth’ do not agree with each other. "
        "Please check them."
    )
    assert sentence.source == Source("rule", ("DN-02", "DN-04"), pair)


def test_a_rule_that_only_warns_is_offered_but_not_in_the_letter() -> None:
    pair = ("applicant.address.post_town", "applicant.address.postcode")
    case = Case(failures=(failed("AD-01", *pair, severity="warn"),))
    assert likely_reasons(case.task, case.pack) == ()
    of_reason, offered = case.sentences("AMBIGUOUS_FIELD")
    assert (of_reason.offered, offered.offered) == (False, True)
    letter = written(draft(case.task, case.pack, ["AMBIGUOUS_FIELD"], "en"), Edits((), "en"))
    assert letter.said("cause") == (of_reason.text,)


@pytest.mark.parametrize(
    ("name", "said", "reason", "words"),
    [
        ("declaration.signature", ("corrected", False), "MISSING_SIGNATURE", "There is no signa"),
        ("vehicle.vrn", ("absent", None), "AMBIGUOUS_FIELD", "There is no answer in"),
        ("vehicle.vrn", ("illegible", None), "AMBIGUOUS_FIELD", "We could not read"),
        ("vehicle.vrn", ("as_written", "AB 1 2"), "AMBIGUOUS_FIELD", "We could not use"),
        ("request.reason", ("absent", None), "AMBIGUOUS_FIELD", "No box is marked for"),
        ("request.reason", ("illegible", None), "AMBIGUOUS_FIELD", "We could not tell which"),
    ],
)
def test_what_a_person_said_of_a_field_is_told_by_its_label(
    name: str, said: tuple[AnswerState, Value], reason: str, words: str
) -> None:
    case = Case(said={name: said})
    assert likely_reasons(case.task, case.pack) == (reason,)
    for language in LANGUAGES:
        (sentence,) = case.sentences(reason, language=language)
        assert sentence.source.fields == (name,)
        assert label(pack_of(), name, language) in sentence.text
    assert case.sentences(reason)[0].text.startswith(words)


def test_fees_and_enclosures_have_reasons_of_their_own() -> None:
    pack = pack_of("D1-S 2026-11")
    for name in ("fee.amount", "fee.method"):
        fee = replace(pack.by_name[name], required=True)
        rest = tuple(each for each in pack.fields if each.name != name)
        case = Case(replace(pack, fields=(*rest, fee)), said={name: ("absent", None)})
        assert likely_reasons(case.task, case.pack) == ("FEE_MISSING",)
    case = Case(failures=(failed("EN-01", "applicant.role", "enclosure.slip"),))
    assert likely_reasons(case.task, case.pack) == ("ENCLOSURE_MISSING",)


def test_only_what_is_decided_counts_and_only_where_it_is_required() -> None:
    optional = Case(said={"applicant.email": ("absent", None)})
    waiting = Case(read={"vehicle.vrn": None}, doubtful=("vehicle.vrn",))
    answered = Case(
        read={"vehicle.vrn": None}, said={"vehicle.vrn": ("corrected", "AB12CDE")}
    )  # fmt: skip
    for case in (optional, waiting, answered, Case()):
        assert likely_reasons(case.task, case.pack) == ()
    empty = Case(read={"vehicle.vrn": None, "declaration.signature": False})
    assert likely_reasons(empty.task, empty.pack) == ("MISSING_SIGNATURE", "AMBIGUOUS_FIELD")


def test_a_page_that_is_missing_is_told_instead_of_its_fields() -> None:
    pack = pack_of("D1-S 2026-11")
    case = Case(pack, pages=(1, 3))
    assert likely_reasons(case.task, pack) == ("MISSING_PAGE",)
    (sentence,) = case.sentences("MISSING_PAGE")
    assert sentence.text == "Page 2 of the form did not arrive. Please send us every page."
    assert sentence.source == Source("doubt", ("missing_page", "2"))


def test_an_obsolete_edition_is_told_with_its_doubt_and_asks_for_a_new_form() -> None:
    case = Case(doubts=(Doubt(OBSOLETE, "This is edition 2013-03."),))
    assert likely_reasons(case.task, case.pack) == ("FORM_OBSOLETE",)
    (sentence,) = case.sentences("FORM_OBSOLETE")
    assert sentence.source == Source("doubt", (OBSOLETE,))
    drafted = draft(case.task, case.pack, ["AMBIGUOUS_FIELD", "FORM_OBSOLETE"], "en")
    (todo,) = [each for each in drafted.sentences if each.part == "todo"]
    assert todo.text.startswith("Please fill in the current edition of the form")
    assert todo.source == Source("reason", ("FORM_OBSOLETE",))


def test_an_unknown_form_has_a_letter_too() -> None:
    case = Case(None, doubts=(Doubt("unknown_form", "This fits no form known here."),))
    assert likely_reasons(case.task, None) == ()
    drafted = draft(case.task, None, ["NOT_OURS", "NO_SUCH_REASON"], "cy")
    assert drafted.reasons == ("NOT_OURS",)
    assert drafted.address == ()
    opening = next(each for each in drafted.sentences if each.part == "opening")
    assert "ar 18 Tachwedd 2026" in opening.text
    assert drafted.sentences[0].text == "Annwyl Syr neu Fadam"


def test_fields_with_the_same_label_are_told_apart_by_page_and_order() -> None:
    pack = pack_of("D1-S 2026-11")
    assert label(pack, "declaration.signature", "en") == "‘Signature’"
    town = pack.by_name["applicant.birth_town"]
    alike = replace(town, label={"en": "Signature"}, name="extra.sign", page=1)
    twice = replace(pack, fields=(*pack.fields, alike))
    assert label(twice, "extra.sign", "en") == "‘Signature’ (page 1)"
    assert label(twice, "extra.sign", "cy") == "‘Signature’"
    keepers = pack_of("V5C-S 2026-11")
    first, second = "keeper.address.postcode", "new_keeper.address.postcode"
    assert label(keepers, first, "en") == "‘Postcode’ (the first one on page 1)"
    assert label(keepers, second, "cy") == "‘Cod post’ (yr ail un ar dudalen 1)"


def test_welsh_joins_labels_with_a_or_ac() -> None:
    pair = ("applicant.driver_number", "applicant.date_of_birth")
    case = Case(failures=(failed("DN-02", *pair),))
    (sentence,) = case.sentences("AMBIGUOUS_FIELD", language="cy")
    assert "‘Rhif gyrrwr’ a ‘Dyddiad geni’" in sentence.text
    case = Case(failures=(failed("DN-02", pair[0], "applicant.name.given"),))
    (sentence,) = case.sentences("AMBIGUOUS_FIELD", language="cy")
    assert "‘Rhif gyrrwr’ ac ‘Enw(au) cyntaf’" in sentence.text


# ---- no answer leaks ----

VALUES = st.text(alphabet="QXZJKV7", min_size=4, max_size=12)
STATES = st.sampled_from(["accepted", "corrected", "illegible", "absent", "as_written"])
NAMES = [each.name for each in pack_of().fields]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    values=st.lists(VALUES, min_size=len(NAMES), max_size=len(NAMES)),
    states=st.dictionaries(st.sampled_from(NAMES), STATES, max_size=20),
    broken=st.lists(st.sampled_from(sorted(questions())), max_size=6),
    language=st.sampled_from(LANGUAGES),
)
def test_no_answer_stands_in_a_letter_save_the_name_of_the_addressee(
    values: list[str], states: dict[str, AnswerState], broken: list[str], language: str
) -> None:
    read = dict(zip(NAMES, values, strict=True))
    said = {name: (state, read[name]) for name, state in states.items()}
    failures = tuple(
        CheckResult(rule, "fail", "block", questions()[rule][1], " ".join(values))
        for rule in broken
        if set(questions()[rule][1]) <= set(NAMES)
    )
    case = Case(read=read, said=said, failures=failures)  # type: ignore[arg-type]
    drafted = draft(case.task, case.pack, RETURN_REASONS, language)
    for sentence in drafted.sentences:
        assert sentence.source.kind == "frame" or sentence.source.codes, sentence
        if sentence.part != "salutation":
            assert not any(value in sentence.text for value in values), sentence
            assert not any(value in sentence.key for value in values), sentence
