"""What authors of forms get wrong, each told with its line, its key and how to mend it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors.formpack import SHIPPED, BadFormPack, load
from extractors.packs.check import mistakes
from extractors.packs.mistake import Mistake
from tests.extractors.packs.packs import WHOLE, blank, pack

POSTCODE = 'kind = "postcode"\nway = "comb"\ncombs = [[46, 60, 86, 67, 8]]'


def check(folder: Path, text: str = WHOLE) -> list[Mistake]:
    return mistakes(pack(folder / "PK1-2026-11", text))


def changed(folder: Path, old: str, new: str) -> Mistake:
    """The one thing told when ``old`` is replaced by ``new``."""
    assert old in WHOLE
    (told,) = check(folder, WHOLE.replace(old, new, 1))
    return told


def comb(folder: Path, kind: str, combs: str, more: str = "") -> list[Mistake]:
    """What is told of a comb of that kind, its printed boxes aside: none are on the blank."""
    field = f'\n[[fields]]\nname = "it"\nlabel = {{ en = "It", cy = "Hwn" }}\nkind = "{kind}"\n'
    told = check(folder, f"{WHOLE}{field}way = 'comb'\ncombs = {combs}\n{more}\n")
    return [each for each in told if "printed" not in each.words]


def test_nothing_is_told_of_a_pack_without_mistakes(tmp_path: Path) -> None:
    assert check(tmp_path) == []


@pytest.mark.parametrize("folder", sorted(SHIPPED.glob("*/form.toml")), ids=lambda p: p.parent.name)
def test_nothing_is_told_of_the_shipped_packs(folder: Path) -> None:
    assert mistakes(folder.parent) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("work_type", "worktype", "worktype", "Did you mean 'work_type'?"),
        ("required", "requird", "fields.vehicle.vrn.requird", "Did you mean 'required'?"),
    ],
)
def test_an_unknown_key_is_told_with_what_was_meant(
    tmp_path: Path, old: str, new: str, key: str, words: str
) -> None:
    text = WHOLE.replace("8]]\n", "8]]\n", 1).replace("7]]\n", "7]]\nrequired = true\n", 1)
    told = {each.key: each.words for each in check(tmp_path, text.replace(old, new, 1))}
    assert words in told[key]


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ('sensitive = "for some"', "sensitive", "true or false"),
        ('queue = "parking, permits"', "queue", "without commas"),
        ('queue = ""', "queue", "1 to 60 characters"),
    ],
)
def test_who_may_see_a_form_and_its_work_queue_are_checked(
    tmp_path: Path, line: str, key: str, words: str
) -> None:
    first = 'work_type = "parking.permit"\n'
    told = changed(tmp_path, first, f"{first}{line}\n")
    assert told.key == key
    assert words in told.words


def test_a_form_is_for_everybody_unless_its_pack_says_that_it_is_sensitive(tmp_path: Path) -> None:
    assert load(pack(tmp_path / "one")).sensitive is False
    first = 'code = "PK1"\n'
    own = load(pack(tmp_path / "two", WHOLE.replace(first, f"{first}sensitive = true\n", 1)))
    assert own.sensitive is True


def test_a_key_for_the_form_that_slipped_under_a_page_is_sent_back_up(tmp_path: Path) -> None:
    told = changed(tmp_path, "size = [210, 297]\n", 'size = [210, 297]\nqueue = "parking"\n')
    assert (told.line, told.key) == (9, "pages[1].queue")
    assert "Move it up" in told.words


def test_a_key_of_a_field_under_a_page_is_sent_there(tmp_path: Path) -> None:
    told = changed(tmp_path, "size = [210, 297]\n", "size = [210, 297]\nrequired = true\n")
    assert "under [[fields]]" in told.words


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ('kind = "postcode"', 'kind = "post_code"', 20, "applicant.postcode.kind", "'postcode'?"),
        ('way = "tick"', 'way = "ticks"', 28, "request.reason.way", "Did you mean 'tick'?"),
        ("56, 7]]", "56]]", 15, "vehicle.vrn.combs[1]", "rows of five numbers"),
        ("56, 7]]", "56, 99]]", 15, "vehicle.vrn.combs[1]", "1 to 60 boxes"),
        ("box = [46, 80, 51, 85]", "box = [46, 80]", 30, "request.reason.options[1].box",
         "four numbers"),
        ('label = { en = "Postcode", cy = "Cod post" }', 'label = "Postcode"', 19,
         "applicant.postcode.label", "en = "),
        ('name = "vehicle.vrn"', 'name = "Vehicle VRN"', 11, "Vehicle VRN.name", "small letters"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_what_is_wanted(
    tmp_path: Path, old: str, new: str, line: int, key: str, words: str
) -> None:
    told = changed(tmp_path, old, new)
    assert (told.line, told.key, told.gravity) == (line, f"fields.{key}", "mistake")
    assert words in told.words
    assert str(told).startswith(f"{tmp_path / 'PK1-2026-11' / 'form.toml'}:{line}: fields.")


def test_every_mistake_is_told_at_once_by_line(tmp_path: Path) -> None:
    text = WHOLE.replace('code = "PK1"', 'code = "pk1"').replace("postcode", "post-code")
    text = text.replace("[46, 49, 81, 56, 7]", "[200, 49, 235, 56, 7]").replace("carer", "resident")
    told = check(tmp_path, text)
    lines = [each.line for each in told if each.line]
    assert lines == sorted(lines)
    assert {1, 15, 18, 20, 31} <= set(lines)


def test_a_missing_key_is_named_where_it_is_missing(tmp_path: Path) -> None:
    told = changed(tmp_path, 'name = "vehicle.vrn"\n', "")
    assert (told.line, told.key) == (10, "fields[1].name")
    assert "it is missing" in told.words


def test_a_box_off_the_page_is_told_with_the_size_of_the_page(tmp_path: Path) -> None:
    told = changed(tmp_path, "[46, 88, 51, 93]", "[46, 292, 51, 298]")
    assert (told.line, told.key) == (31, "fields.request.reason.options[2].box")
    assert "not on the page, which is 210 by 297 mm" in told.words


def test_a_box_from_right_to_left_is_told(tmp_path: Path) -> None:
    assert "has no size" in changed(tmp_path, "[46, 88, 51, 93]", "[51, 88, 46, 93]").words


def test_a_page_that_the_form_lacks_is_told(tmp_path: Path) -> None:
    told = changed(tmp_path, POSTCODE, f"{POSTCODE}\npage = 2")
    assert told.key == "fields.applicant.postcode.page"
    assert "the form has 1 page" in told.words


def test_boxes_of_two_fields_over_each_other_are_told(tmp_path: Path) -> None:
    text = WHOLE.replace("[46, 60, 86, 67, 8]", "[46, 51, 86, 58, 8]")
    (told,) = [each for each in check(tmp_path, text) if "over" in each.words]
    assert told.gravity == "mistake"
    assert (told.line, told.key) == (22, "fields.applicant.postcode.combs[1]")
    assert "lies over that of 'vehicle.vrn' (combs[1]), by 35 by 5 mm" in told.words


def test_two_options_over_each_other_are_told(tmp_path: Path) -> None:
    told = changed(tmp_path, "[46, 88, 51, 93]", "[46, 81, 51, 86]")
    assert "another of this field (options[1])" in told.words


def test_boxes_that_only_touch_are_fine(tmp_path: Path) -> None:
    told = check(tmp_path, WHOLE.replace("[46, 88, 51, 93]", "[46, 84.8, 51, 89.8]"))
    assert not any("lies over" in each.words for each in told)


def test_a_choice_with_one_tick_is_told(tmp_path: Path) -> None:
    text = "\n".join(line for line in WHOLE.split("\n") if "carer" not in line)
    (told,) = check(tmp_path, text)
    assert (told.line, told.key) == (29, "fields.request.reason.options")
    assert "at least two ticks" in told.words


def test_names_and_values_used_twice_are_told(tmp_path: Path) -> None:
    text = WHOLE.replace('"applicant.postcode"', '"vehicle.vrn"').replace('"carer"', '"resident"')
    told = [each for each in check(tmp_path, text) if "twice" in each.words]
    assert [(each.line, each.key) for each in told] == [
        (18, "fields.vehicle.vrn.name"), (31, "fields.request.reason.options[2].value")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "combs"),
    [
        ("postcode", "[[46, 120, 66, 127, 4]]"),
        ("postcode", "[[46, 120, 96, 127, 10]]"),
        ("registration_mark", "[[46, 120, 96, 127, 10]]"),
        ("vin", "[[46, 120, 126, 127, 16]]"),
        ("date", "[[46, 120, 81, 127, 7]]"),
        ("date", "[[46, 120, 66, 127, 4], [70, 120, 80, 127, 2], [84, 120, 94, 127, 2]]"),
        ("driver_number", "[[46, 120, 121, 127, 15]]"),
        ("national_insurance_number", "[[46, 120, 81, 127, 7]]"),
        ("money", "[[46, 120, 106, 127, 12]]"),
        ("phone", "[[46, 120, 91, 127, 9]]"),
    ],
)
def test_a_kind_that_does_not_fit_its_boxes_is_told(tmp_path: Path, kind: str, combs: str) -> None:
    (told,) = comb(tmp_path, kind, combs)
    assert (told.gravity, told.key, told.line) == ("mistake", "fields.it.combs", 39)


@pytest.mark.parametrize(
    ("kind", "combs"),
    [
        ("postcode", "[[46, 120, 66, 127, 4], [70, 120, 85, 127, 3]]"),
        ("registration_mark", "[[46, 120, 86, 127, 8]]"),
        ("date", "[[46, 120, 86, 127, 8]]"),
        ("date", "[[46, 120, 56, 127, 2], [60, 120, 70, 127, 2], [74, 120, 84, 127, 2]]"),
        ("date", "[[46, 120, 66, 127, 4], [70, 120, 90, 127, 4]]"),
        ("driver_number", "[[46, 120, 136, 127, 18]]"),
        ("money", "[[46, 120, 66, 127, 4], [70, 120, 80, 127, 2]]"),
        ("phone", "[[46, 120, 101, 127, 11]]"),
        ("text", "[[46, 120, 51, 127, 1]]"),
    ],
)
def test_usual_numbers_of_boxes_are_fine(tmp_path: Path, kind: str, combs: str) -> None:
    assert comb(tmp_path, kind, combs) == []


def test_a_comb_that_few_values_fit_is_a_warning(tmp_path: Path) -> None:
    (told,) = comb(tmp_path, "registration_mark", "[[46, 120, 76, 127, 6]]")
    assert told.gravity == "warning"
    assert "not every value fits into 6 boxes" in told.words


def test_a_pattern_or_length_that_does_not_fit_is_told(tmp_path: Path) -> None:
    row = "[[46, 120, 66, 127, 4]]"
    (pattern,) = comb(tmp_path / "a", "digits", row, "pattern = '\\d{8}'")
    (length,) = comb(tmp_path / "b", "digits", row, "length = 5")
    assert pattern.key == "fields.it.pattern"
    assert "no text that this pattern accepts fits into 4 boxes" in pattern.words
    assert "5 digits do not fit into 4 boxes" in length.words
    assert comb(tmp_path / "c", "digits", row, "pattern = '\\d{3,9}'") == []


def test_a_pattern_that_is_no_expression_is_told(tmp_path: Path) -> None:
    (told,) = comb(tmp_path, "digits", "[[46, 120, 66, 127, 4]]", "pattern = '(\\d'")
    assert "no regular expression" in told.words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "postcode"', 'kind = "tick"', "is ticked: way = 'tick'"),
        ('kind = "postcode"', 'kind = "signature"', "both kind and way 'signature'"),
        (POSTCODE, f"{POSTCODE}\nlines = [[46, 120, 86, 127]]", "only where way = 'line'"),
        (POSTCODE, f"{POSTCODE}\nwords = 'towns'", "text and names only"),
        (POSTCODE, f"{POSTCODE}\nlength = 8", "digits only"),
    ],
)
def test_keys_that_do_not_go_together_are_told(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert words in changed(tmp_path, old, new).words


def test_a_text_missing_in_one_language_is_a_warning(tmp_path: Path) -> None:
    told = changed(tmp_path, 'en = "Postcode", cy = "Cod post"', 'en = "Postcode"')
    assert (told.gravity, told.line) == ("warning", 19)
    assert "no Welsh text" in told.words


def test_a_form_with_few_texts_in_one_language_is_warned_of_once(tmp_path: Path) -> None:
    more = "".join(
        f'\n[[fields]]\nname = "tick.{i}"\nlabel = {{ en = "Tick {i}" }}\nkind = "tick"\n'
        f'way = "tick"\nbox = [150, {40 + 8 * i}, 155, {45 + 8 * i}]\n'
        for i in range(9)
    )
    (told,) = (each for each in check(tmp_path, WHOLE + more) if "Welsh" in each.words)
    assert told.gravity == "warning"
    assert told.key == "fields.tick.0.label"
    assert "9 of 15 texts are not in Welsh" in told.words


def test_a_form_in_one_language_is_warned_of_once(tmp_path: Path) -> None:
    text = WHOLE
    for english in ("Parking permit", "Registration mark", "Postcode", "Why you apply",
                    "I live here", "I care"):  # fmt: skip
        text = text.replace(f'en = "{english}", ', "")
    (told,) = check(tmp_path, text)
    assert (told.gravity, told.key) == ("warning", "title")
    assert "in English" in told.words


def test_a_rule_nobody_knows_or_that_asks_for_other_fields_is_told(tmp_path: Path) -> None:
    told = changed(tmp_path / "a", "\n[[pages]]", 'rules = ["XX-99"]\n[[pages]]')
    assert (told.line, told.key) == (5, "rules[1]")
    assert "no rule 'XX-99'" in told.words
    other = changed(tmp_path / "b", "\n[[pages]]", 'rules = ["DN-01"]\n[[pages]]')
    assert "does not ask for by these names" in other.words


def test_a_folder_with_another_name_is_a_warning(tmp_path: Path) -> None:
    (told,) = mistakes(pack(tmp_path / "parking"))
    assert told.gravity == "warning"
    assert "Call it PK1-2026-11" in told.words


def test_names_of_editions_and_states_are_held_to_their_form(tmp_path: Path) -> None:
    assert "without spaces" in changed(tmp_path / "a", '"2026-11"', '"Nov 2026"').words
    told = changed(tmp_path / "b", "\n[[pages]]", 'status = "obsolete"\n[[pages]]')
    assert "current, old, withdrawn" in told.words


def test_a_missing_blank_is_told(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    (folder / "blank-1.png").unlink()
    (told,) = mistakes(folder)
    assert (told.line, told.key) == (7, "pages[1].blank")


def test_a_blank_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    (folder / "blank-1.png").write_bytes(b"not a picture")
    (told,) = mistakes(folder)
    assert "cannot be opened" in told.words


def test_a_blank_on_its_side_is_told(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    Image.fromarray(np.rot90(blank()).copy()).save(folder / "blank-1.png")
    (told,) = mistakes(folder)
    assert (told.line, told.key) == (8, "pages[1].size")
    assert "Turn the picture upright" in told.words


def test_a_blank_of_few_pixels_is_a_warning(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    Image.fromarray(blank()).resize((827, 1170)).save(folder / "blank-1.png")
    assert any("100 pixels an inch" in each.words for each in mistakes(folder))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("[43, 49, 78, 56, 7]", "3.0 mm further right"),
        ("[49, 49, 84, 56, 7]", "3.0 mm further left"),
        ("[51, 49, 86, 56, 7]", "5.0 mm further left"),
        ("[46, 46, 81, 53, 7]", "3.0 mm further down"),
        ("[44, 51, 79, 58, 7]", "2.0 mm further right and 2.0 mm further up"),
        ("[46, 49, 81, 56, 8]", "not those of 8 equal boxes"),
        ("[120, 200, 155, 207, 7]", "no row of 7 printed boxes is found here"),
    ],
)
def test_boxes_that_the_blank_has_elsewhere_are_warned_of(
    tmp_path: Path, row: str, words: str
) -> None:
    told = changed(tmp_path, "[46, 49, 81, 56, 7]", row)
    assert (told.gravity, told.line) == ("warning", 15)
    assert words in told.words


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("[48, 88, 53, 93]", "the printed box lies 2.0 mm further left"),
        ("[46, 91, 51, 96]", "the printed box lies 3.0 mm further up"),
        ("[120, 150, 125, 155]", "no printed box is found here"),
    ],
)
def test_a_tick_that_the_blank_has_elsewhere_is_warned_of(
    tmp_path: Path, box: str, words: str
) -> None:
    told = changed(tmp_path, "[46, 88, 51, 93]", box)
    assert (told.gravity, told.line) == ("warning", 31)
    assert words in told.words


@pytest.mark.parametrize(
    "row",
    ["[500, 49, 535, 56, 7]", "[46, 49, 46.01, 56, 7]", "[46, 49, 81, 49.01, 7]",
     "[0, 0, 210, 297, 60]", "[209, 296, 210, 297, 1]", "[nan, 49, 81, 56, 7]"],
)  # fmt: skip
def test_no_row_of_boxes_is_too_strange_to_be_told(tmp_path: Path, row: str) -> None:
    assert any("vrn.combs" in each.key for each in check(
        tmp_path, WHOLE.replace("[46, 49, 81, 56, 7]", row)
    ))  # fmt: skip


def test_half_a_millimetre_is_near_enough(tmp_path: Path) -> None:
    assert (
        check(tmp_path, WHOLE.replace("[46, 49, 81, 56, 7]", "[46.6, 49.5, 81.6, 56.5, 7]")) == []
    )


def test_white_boxes_on_a_tint_count_as_printed_boxes(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    sheet = blank()
    outlined = sheet == 90
    sheet[350:560, 300:800] = 215
    sheet[392:448, 368:648] = 255
    sheet[480:536, 368:688] = 255
    sheet[350:560, 300:800][outlined[350:560, 300:800]] = 215
    Image.fromarray(sheet).save(folder / "blank-1.png")
    assert mistakes(folder) == []


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadFormPack, match=r"form\.toml:20: not valid TOML"):
        check(tmp_path, WHOLE.replace('kind = "postcode"', 'kind = "postcode'))


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    (folder / "form.toml").write_bytes(WHOLE.replace("Cod post", "Côd").encode("latin-1"))
    with pytest.raises(BadFormPack, match=r"form\.toml:19: not UTF-8"):
        mistakes(folder)


def test_a_mistake_in_what_is_taken_from_another_pack_is_told_there(tmp_path: Path) -> None:
    pack(tmp_path / "PK1-2026-11", WHOLE.replace("[46, 88, 51, 93]", "[46, 81, 51, 86]"))
    welsh = 'like = "PK1-2026-11"\nedition = "2026-11-cy"\nstatus = "gone"\n'
    told = mistakes(pack(tmp_path / "PK1-2026-11-cy", welsh))
    assert [(each.file.parent.name, each.line) for each in told] == [
        ("PK1-2026-11-cy", 3), ("PK1-2026-11", 31)
    ]  # fmt: skip


WEIRD = ("7", "-1.5", "true", '""', '"x"', "[]", "{}", "[[]]", "[1, 2]", "nan", "inf", "1979-05-27",
         '[["a"]]', "{ en = 1 }", "[{}]", "[{ a = [] }]", "1e300", '["a", 1]')  # fmt: skip


@pytest.mark.parametrize("weird", WEIRD)
def test_no_value_of_any_key_is_too_strange_to_be_told(tmp_path: Path, weird: str) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    (folder / "blank-1.png").unlink()
    lines = [line for line in EVERY_KEY.split("\n") if line]
    for number, line in enumerate(lines):
        key, is_pair, _ = line.partition(" = ")
        if not is_pair or line.startswith(("[", " ")):
            continue
        changed = [*lines[:number], f"{key} = {weird}", *lines[number + 1 :]]
        (folder / "form.toml").write_text("\n".join(changed), encoding="utf-8")
        try:
            assert all(each.words for each in mistakes(folder))
        except BadFormPack as refused:
            assert "form.toml" in str(refused)  # noqa: PT017 - either way is right


EVERY_KEY = (
    WHOLE.replace("\n[[pages]]", '\nrules = ["AGE-04"]\nlook = { lines = 90 }\n[[pages]]')
    .replace("size = [210, 297]", 'size = [210, 297]\nunit = "mm"')
    .replace("8]]\n", '8]]\npage = 1\npattern = "A+"\nlength = 7\nhint = { en = "h" }\n')
    .split("options = [")[0]
    + 'options = [{ value = "a", label = { en = "A" }, box = [1, 2, 3, 4] }]\n'
    + "box = [1, 2, 3, 4]\nlines = [[1, 2, 3, 4]]\nlabel_at = [1, 2, 3, 4]\n"
)
