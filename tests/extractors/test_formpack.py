"""Form packs: what is taken from another pack, what is said in one language, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors import formpack
from extractors.application import document
from extractors.formpack import SHIPPED, BadFormPack, load, said
from extractors.values import FormMatch, Reading
from tests.extractors.packs.packs import WHOLE, pack

WELSH = 'like = "PK1-2026-11"\nedition = "2026-11-cy"\nlanguage = "cy"\n'


@pytest.fixture
def english(tmp_path: Path) -> Path:
    return pack(tmp_path / "PK1-2026-11")


@pytest.fixture
def welsh(english: Path) -> Path:
    return pack(english.with_name("PK1-2026-11-cy"), WELSH)


def test_a_pack_like_another_takes_every_key_it_does_not_give(english: Path, welsh: Path) -> None:
    own, other = load(welsh), load(english)
    assert (own.code, own.edition, own.language) == ("PK1", "2026-11-cy", "cy")
    assert own.fields == other.fields
    assert own.work_type == other.work_type


def test_a_blank_named_by_the_other_pack_is_looked_for_in_the_own_folder(welsh: Path) -> None:
    assert load(welsh).pages[0].blank == welsh / "blank-1.png"
    (welsh / "blank-1.png").unlink()
    with pytest.raises(BadFormPack, match=r"cy/form\.toml:1: like: .*-cy/blank-1\.png"):
        load(welsh)


def test_a_key_that_is_given_replaces_the_other_packs_whole(welsh: Path) -> None:
    (welsh / "form.toml").write_text(f'{WELSH}title = {{ cy = "Trwydded" }}\n', encoding="utf-8")
    assert load(welsh).title == {"cy": "Trwydded"}


def test_a_shipped_pack_can_be_taken_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "Q").mkdir()
    (tmp_path / "Q" / "form.toml").write_text('like = "V890-S-2026-11"\nedition = "9"\n')
    assert formpack.read_toml(tmp_path / "Q").code == "V890-S"


def test_a_pack_elsewhere_is_named_by_its_path(english: Path, tmp_path: Path) -> None:
    far = pack(tmp_path / "welsh" / "PK1-2026-11-cy", WELSH.replace("PK1", "../PK1", 1))
    assert load(far).code == "PK1"


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ('"PK9-2026-11"', "there is no pack 'PK9-2026-11' in .*Give the name"),
        ('"PK1-2026-11-cy"', "this pack cannot be like itself"),
        ('"chain"', "is itself like 'PK1-2026-11'. Name the pack here"),
        ('"round"', "is itself like 'PK1-2026-11-cy'"),
        ("7", "must be the name of another pack's folder"),
    ],
)
def test_what_cannot_be_liked_is_told_with_its_line(welsh: Path, named: str, told: str) -> None:
    for name, like in (("chain", "PK1-2026-11"), ("round", "PK1-2026-11-cy")):
        pack(welsh.with_name(name), f'like = "{like}"\n')
    (welsh / "form.toml").write_text(WELSH.replace('"PK1-2026-11"', named, 1), encoding="utf-8")
    with pytest.raises(BadFormPack, match=rf"(?s)form\.toml:1: like: .*{told}"):
        load(welsh)


def test_a_form_in_welsh_alone_has_labels_everywhere(tmp_path: Path) -> None:
    text = WHOLE.replace('en = "Registration mark", ', "").replace('en = "Parking permit", ', "")
    text = text.replace('en = "I live here", ', "").replace('en = "I care", ', "")
    form = load(pack(tmp_path / "PK1-2026-11", text))
    assert form.label("vehicle.vrn") == form.label("vehicle.vrn", "cy") == "Rhif cofrestru"
    assert form.label("applicant.postcode", "cy") == "Cod post"
    assert form.called == "Trwydded barcio"
    empty = Reading(FormMatch("PK1", "2026-11", 1.0), (), (), (), (), {})
    assert document(empty, form)["application_type"]["label"] == "Trwydded barcio"


def test_a_text_is_said_in_the_language_asked_for_or_any() -> None:
    assert said({"en": "Name", "cy": "Enw"}, "cy") == "Enw"
    assert said({"cy": "Enw"}) == "Enw"
    assert said({"en": "", "cy": "Enw"}) == "Enw"
    assert said({}) == ""


def test_a_label_without_any_text_is_refused(tmp_path: Path) -> None:
    text = WHOLE.replace('{ en = "Postcode", cy = "Cod post" }', "{}")
    with pytest.raises(BadFormPack, match=r"form\.toml:19: fields\.applicant\.postcode\.label"):
        load(pack(tmp_path / "PK1-2026-11", text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[46, 49, 81, 56, 7]", "[46, 49, 81.5, 56, 7]"),
        ('kind = "postcode"', 'kind = "text"'),
        ('value = "carer"', 'value = "parent"'),
        ('edition = "2026-11"', 'edition = "2026-12"'),
        ('name = "vehicle.vrn"', 'name = "vehicle.mark"'),
    ],
)
def test_the_digest_changes_with_what_is_printed(tmp_path: Path, old: str, new: str) -> None:
    before = load(pack(tmp_path / "a")).digest
    assert old in WHOLE
    assert load(pack(tmp_path / "b", WHOLE.replace(old, new, 1))).digest != before


def test_the_digest_changes_with_the_blank(tmp_path: Path) -> None:
    folder = pack(tmp_path / "a")
    before = load(folder).digest
    (folder / "blank-1.png").write_bytes((folder / "blank-1.png").read_bytes() + b" ")
    assert load(folder).digest != before


def test_the_digest_stays_when_only_wording_or_policy_changes(tmp_path: Path) -> None:
    before = load(pack(tmp_path / "a")).digest
    text = WHOLE.replace("Parking permit", "Permit").replace('en = "Postcode"', 'en = "Code"')
    text = text.replace("\n[[pages]]", '\nstatus = "old"\nqueue = "other"  # why\n[[pages]]', 1)
    text = text.replace("7]]\n", "7]]\nrequired = true\n", 1)
    assert load(pack(tmp_path / "b", text)).digest == before
    assert len(before) == 64


def test_the_digest_of_a_shipped_pack_is_the_same_wherever_it_lies(tmp_path: Path) -> None:
    source = SHIPPED / "V890-S-2026-11"
    for name in ("form.toml", "blank-1.png"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    assert load(tmp_path).digest == load(source).digest


def test_loading_tells_the_first_mistakes_and_how_many_more(tmp_path: Path) -> None:
    text = WHOLE.replace("label", "lable").replace('way = "comb"', 'way = "come"')
    with pytest.raises(BadFormPack) as refused:
        load(pack(tmp_path / "PK1-2026-11", text))
    told = str(refused.value).split("\n")
    assert len(told) == 4
    assert "postroom forms check" in told[3]
    assert all("form.toml:" in each for each in told[:3])


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    folder = pack(tmp_path / "PK1-2026-11")
    crlf = WHOLE.replace("\n", "\r\n").replace('kind = "postcode"', 'kind = "code"')
    (folder / "form.toml").write_bytes(b"\xef\xbb\xbf" + crlf.encode())
    with pytest.raises(BadFormPack, match=r"form\.toml:20: fields\.applicant\.postcode\.kind"):
        load(folder)
