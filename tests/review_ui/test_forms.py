"""The supervisors' forms area: the list, a form's page, and what may be saved where."""

from __future__ import annotations

import io
import json
import re
import shutil
import threading
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from extractors.formpack import SHIPPED, load
from intake.editions import note_use
from intake.services import Services
from review_ui import create_app
from review_ui.forms import packs, running, saving
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
V890 = "V890-S-2026-11"


@pytest.fixture(autouse=True)
def told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing looks like another form here, and no process is started to find that out."""
    monkeypatch.setattr(running, "_answer", lambda *_: {"end": "done", "rivals": []})


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The department's folder, with one pack of its own: V890-S in another edition."""
    folder = tmp_path / "forms"
    mine = folder / "V890-S-2027-04"
    shutil.copytree(SHIPPED / V890, mine, ignore=shutil.ignore_patterns("samples"))
    text = (mine / "form.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "2026-11"', 'edition = "2027-04"')
    (mine / "form.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def app(services: Services, own: Path) -> Flask:
    return create_app(_with(services, own))


@pytest.fixture
def supervisor(log_in: LogIn) -> Visitor:
    return log_in("supervisor")


def _with(services: Services, *folders: Path) -> Services:
    return replace(services, settings=services.settings.model_copy(update={"forms": folders}))


def opened(visitor: Visitor, key: str) -> dict[str, Any]:
    """What the editor of a pack gets."""
    page = visitor.get(f"/forms/{key}/edit").text
    found = re.search(r'data-editor="([^"]*)"', page)
    token = re.search(r'data-token="([^"]*)"', page)
    assert found is not None
    assert token is not None
    visitor.token = unescape(token[1])
    editor: dict[str, Any] = json.loads(unescape(found[1]))
    return editor


def send(visitor: Visitor, path: str, data: Mapping[str, Any] | str) -> TestResponse:
    """Post as the editor's script does."""
    text = data if isinstance(data, str) else json.dumps(data)
    headers = {"X-CSRFToken": visitor.token}
    return visitor.client.post(path, data=text, content_type="application/json", headers=headers)


def field(form: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in form["fields"] if each["name"] == name)
    return found


def test_the_list_tells_every_pack_with_where_it_is_from(supervisor: Visitor, own: Path) -> None:
    text = supervisor.get("/forms/").text
    for code, words in (("V62-S", "Comes with Postroom"), ("V890-S", "Your department")):
        assert f"<b>{code}</b>" in text
        assert words in text
    assert "2027-04" in text
    assert str(own) in text


def test_a_pack_that_cannot_be_used_is_told_with_its_mistake_and_hides_no_other(
    supervisor: Visitor, own: Path
) -> None:
    bad = own / "BAD-1"
    bad.mkdir()
    (bad / "form.toml").write_text('code = "BAD"\n', encoding="utf-8")
    text = supervisor.get("/forms/").text
    assert "1 folder cannot be used" in text
    assert "form.toml: edition: it is missing" in text
    assert "<b>V62-S</b>" in text


def test_a_form_is_shown_with_every_field_on_its_blank(supervisor: Visitor) -> None:
    text = supervisor.get("/forms/V62-S-2026-11").text
    pack = load(SHIPPED / "V62-S-2026-11")
    for each in pack.fields:
        assert each.name in text
    assert text.count('class="form-picture"') == 2
    picture = supervisor.get("/forms/V62-S-2026-11/blanks/2")
    assert picture.mimetype == "image/png"
    assert picture.data == pack.pages[1].blank.read_bytes()


@pytest.mark.parametrize(
    "path", ["NO-1", "NO-1/edit", "NO-1/try", "../etc", "V890-S-2026-11/blanks/9", "..%2f..%2fetc"]
)
def test_what_is_not_there_is_not_found(supervisor: Visitor, path: str) -> None:
    assert supervisor.get(f"/forms/{path}").status_code == 404


def test_a_shipped_form_is_saved_as_a_new_edition_of_ones_own(
    supervisor: Visitor, own: Path
) -> None:
    form = opened(supervisor, V890)["form"]
    field(form, "vehicle.vrn")["combs"] = [[46.25, 49, 81, 56, 7]]
    answer = send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": "2028-01"})
    assert answer.json == {"to": "/forms/V890-S-2028-01"}
    made = load(own / "V890-S-2028-01")
    assert made.by_name["vehicle.vrn"].combs[0].box.x0 == pytest.approx(46.25 / 210)
    before = load(SHIPPED / V890)
    assert [each.name for each in made.fields] == [each.name for each in before.fields]
    assert made.rules == before.rules
    assert sorted(each.name for each in made.folder.iterdir()) == ["blank-1.png", "form.toml"]
    assert sorted(each.name for each in own.iterdir()) == ["V890-S-2027-04", "V890-S-2028-01"]
    assert "V890-S 2028-01" in supervisor.get("/forms/V890-S-2028-01").text


def test_a_shipped_form_is_never_changed_in_place(supervisor: Visitor) -> None:
    editor = opened(supervisor, V890)
    given = {"form": editor["form"], "in_place": True, "version": editor["version"]}
    before = (SHIPPED / V890 / "form.toml").read_bytes()
    assert send(supervisor, f"/forms/{V890}/save", given).status_code == 409
    assert (SHIPPED / V890 / "form.toml").read_bytes() == before


def test_an_own_form_is_changed_in_place_until_something_was_read_with_it(
    supervisor: Visitor, own: Path, services: Services
) -> None:
    key = "V890-S-2027-04"
    editor = opened(supervisor, key)
    field(editor["form"], "vehicle.make")["label"]["en"] = "Maker"
    given = {"form": editor["form"], "in_place": True, "version": editor["version"]}
    assert send(supervisor, f"/forms/{key}/save", given).status_code == 200
    pack = load(own / key)
    assert pack.label("vehicle.make") == "Maker"

    with services.database.writing() as connection:
        note_use(connection, pack, services.now())
    editor = opened(supervisor, key)
    given = {"form": editor["form"], "in_place": True, "version": editor["version"]}
    answer = send(supervisor, f"/forms/{key}/save", given)
    assert answer.status_code == 409
    assert answer.json is not None
    assert "Save what you have as a new edition" in answer.json["problem"]
    text = supervisor.get(f"/forms/{key}/edit").text
    assert "is never changed" in text
    assert 'data-save="here"' not in text


def test_who_opened_a_form_before_somebody_else_saved_it_overwrites_nothing(
    supervisor: Visitor, own: Path
) -> None:
    key = "V890-S-2027-04"
    editor = opened(supervisor, key)
    path = own / key / "form.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# looked at\n", encoding="utf-8")
    given = {"form": editor["form"], "in_place": True, "version": editor["version"]}
    answer = send(supervisor, f"/forms/{key}/save", given)
    assert answer.status_code == 409
    assert "looked at" in path.read_text(encoding="utf-8")


def test_of_two_who_save_at_the_same_moment_one_is_told(
    log_in: LogIn, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "V890-S-2027-04"
    one, two = log_in("supervisor"), log_in("supervisor")
    editor = opened(one, key)
    opened(two, key)
    writing, begun, go_on = saving.write_change, threading.Event(), threading.Event()

    def slowly(folder: Path, draft: saving.Draft) -> None:
        begun.set()
        go_on.wait(2)
        writing(folder, draft)

    monkeypatch.setattr(saving, "write_change", slowly)
    given = {"in_place": True, "version": editor["version"]}
    forms = [{**editor["form"], "title": {"en": each, "cy": each}} for each in ("First", "Second")]
    with ThreadPoolExecutor() as both:
        first = both.submit(send, one, f"/forms/{key}/save", {**given, "form": forms[0]})
        assert begun.wait(20)
        second = both.submit(send, two, f"/forms/{key}/save", {**given, "form": forms[1]})
        go_on.set()
        assert first.result().status_code == 200
        assert second.result().status_code == 409
    assert load(own / key).called == "First"


def test_a_form_with_far_too_many_boxes_is_refused_at_once(supervisor: Visitor, own: Path) -> None:
    form = opened(supervisor, V890)["form"]
    field(form, "vehicle.make")["combs"] *= 10_000
    answer = send(supervisor, f"/forms/{V890}/check", {"form": form})
    assert answer.status_code == 422
    assert answer.json is not None
    assert "more fields or boxes" in answer.json["mistakes"][0]["words"]


@pytest.mark.parametrize("pattern", ["(" * 3000, "a{99999999999}", "["])
def test_a_pattern_that_is_none_is_told(supervisor: Visitor, own: Path, pattern: str) -> None:
    form = opened(supervisor, V890)["form"]
    field(form, "vehicle.make")["pattern"] = pattern
    answer = send(supervisor, f"/forms/{V890}/check", {"form": form})
    assert answer.json is not None
    assert "no regular expression" in answer.json["mistakes"][0]["words"]


def test_every_mistake_is_told_at_its_field_and_nothing_is_written(
    supervisor: Visitor, own: Path
) -> None:
    form = opened(supervisor, V890)["form"]
    form["fields"][0]["name"] = "Vehicle VRN"
    form["fields"][1]["kind"] = "colour"
    form["fields"][2]["combs"] = [[96, 61, 46, 68, 10]]
    before = sorted(own.rglob("*"))
    for path in ("check", "save", "zip"):
        answer = send(supervisor, f"/forms/{V890}/{path}", {"form": form, "edition": "2028-01"})
        assert answer.status_code == 422
        assert answer.json is not None
        told = {(each["field"], each["key"]) for each in answer.json["mistakes"]}
        assert told == {(0, "name"), (1, "kind"), (2, "combs.1")}
    assert sorted(own.rglob("*")) == before


def test_boxes_that_lie_over_each_other_do_not_go_into_use(supervisor: Visitor, own: Path) -> None:
    form = opened(supervisor, V890)["form"]
    form["fields"][2]["combs"] = form["fields"][3]["combs"]
    answer = send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": "2028-01"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert "lies over" in answer.json["mistakes"][0]["words"]
    assert not (own / "V890-S-2028-01").exists()


@pytest.mark.parametrize(
    "edition",
    ["../../etc", "..", "a/b", "a b", ".hidden", "-x", "x" * 80, "a\\b", "\u0000", "end."],
)
def test_no_path_can_be_made_of_the_name_of_an_edition(
    supervisor: Visitor, own: Path, edition: str
) -> None:
    form = opened(supervisor, V890)["form"]
    before = sorted(own.parent.rglob("*"))
    answer = send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": edition})
    assert answer.status_code == 422
    assert sorted(own.parent.rglob("*")) == before


def test_code_and_pages_that_are_posted_do_not_count(supervisor: Visitor, own: Path) -> None:
    form = opened(supervisor, V890)["form"]
    form["code"] = "../../EVIL"
    form["pages"] = [{"blank": "/etc/passwd", "size": [1, 1]}]
    form["like"] = "../../elsewhere"
    answer = send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": "2028-02"})
    assert answer.json == {"to": "/forms/V890-S-2028-02"}
    written = tomllib.loads((own / "V890-S-2028-02/form.toml").read_text(encoding="utf-8"))
    assert written["code"] == "V890-S"
    assert written["pages"] == [{"blank": "blank-1.png", "size": [210, 297]}]
    assert "like" not in written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "not json",
        '{"form": null}',
        '{"form": {"fields": [NaN]}}',
        '{"form": {"fields": {"a": 1}}}',
        '{"form": ' + "[" * 2000 + "]" * 2000 + "}",
        '{"form": {"fields": [{"name": "a", "label": {"en": "\\ud800"}}]}}',
        '{"form": {"fields": [{"#": {"a": 1}}]}}',
    ],
)
def test_nonsense_is_refused_in_words(supervisor: Visitor, own: Path, text: str) -> None:
    opened(supervisor, V890)
    answer = send(supervisor, f"/forms/{V890}/save", text)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["mistakes"]


def test_an_edition_that_is_there_already_is_not_overwritten(
    supervisor: Visitor, own: Path
) -> None:
    form = opened(supervisor, V890)["form"]
    before = (own / "V890-S-2027-04/form.toml").read_bytes()
    for edition in ("2027-04", "2026-11"):
        answer = send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": edition})
        assert answer.status_code == 409
    assert (own / "V890-S-2027-04/form.toml").read_bytes() == before
    assert not (own / V890).exists()


def test_without_a_token_nothing_is_saved(supervisor: Visitor, own: Path) -> None:
    form = opened(supervisor, V890)["form"]
    supervisor.token = ""
    assert (
        send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": "9"}).status_code == 400
    )
    assert not (own / "V890-S-9").exists()


def test_a_form_is_downloaded_as_a_folder_that_can_be_used(
    supervisor: Visitor, tmp_path: Path
) -> None:
    form = opened(supervisor, "V62-S-2026-11-cy")["form"]
    asked = send(supervisor, "/forms/V62-S-2026-11-cy/zip", {"form": form, "edition": "2028-cy"})
    plain = supervisor.get("/forms/V62-S-2026-11-cy/download")
    for answer, name in ((asked, "V62-S-2028-cy"), (plain, "V62-S-2026-11-cy")):
        assert answer.mimetype == "application/zip"
        assert f'filename="{name}.zip"' in answer.headers["Content-Disposition"]
        zipfile.ZipFile(io.BytesIO(answer.data)).extractall(tmp_path)
        pack = load(tmp_path / name)
        assert [each.name for each in pack.fields] == [each["name"] for each in form["fields"]]
        assert pack.language == "cy"


def test_without_a_folder_of_its_own_a_department_can_only_download(
    services: Services, app: Flask
) -> None:
    visitor = Visitor(create_app(_with(services)).test_client())
    visitor.log_in("supervisor")
    assert "has no folder" in visitor.get("/forms/").text
    form = opened(visitor, V890)["form"]
    answer = send(visitor, f"/forms/{V890}/save", {"form": form, "edition": "2028-01"})
    assert answer.status_code == 409
    assert (
        send(visitor, f"/forms/{V890}/zip", {"form": form, "edition": "2028-01"}).data[:2] == b"PK"
    )


def test_a_folder_that_cannot_be_written_to_loses_nothing(
    supervisor: Visitor, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = opened(supervisor, V890)["form"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("review_ui.forms.saving.os.fsync", full)
    answer = send(supervisor, f"/forms/{V890}/save", {"form": form, "edition": "2028-01"})
    assert answer.status_code == 503
    assert sorted(each.name for each in own.iterdir()) == ["V890-S-2027-04"]


def test_the_notes_of_a_draft_are_kept_until_they_are_dealt_with(
    supervisor: Visitor, services: Services
) -> None:
    place = packs.drafts_folder(services) / "PK1-2026-11"
    shutil.copytree(SHIPPED / V890, place, ignore=shutil.ignore_patterns("samples"))
    path = place / "form.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('code = "V890-S"', 'code = "PK1"')
    text = text.replace("[[fields]]", "# check: the kind\n[[fields]]", 1)
    path.write_text(text, encoding="utf-8")
    editor = opened(supervisor, "PK1-2026-11")
    assert editor["form"]["fields"][0]["#"] == ["the kind"]
    given = {"form": editor["form"], "in_place": True, "version": editor["version"]}
    assert send(supervisor, "/forms/PK1-2026-11/save", given).status_code == 200
    assert "# check: the kind\n[[fields]]" in path.read_text(encoding="utf-8")
    assert "Draft" in supervisor.get("/forms/").text


def test_a_draft_that_is_put_into_use_moves_to_the_departments_folder(
    supervisor: Visitor, services: Services, own: Path
) -> None:
    place = packs.drafts_folder(services) / "V890-S-2027-09"
    place.parent.mkdir()
    shutil.copytree(own / "V890-S-2027-04", place)
    path = place / "form.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2027-04", "2027-09"), "utf-8")
    form = opened(supervisor, "V890-S-2027-09")["form"]
    given = {"form": form, "edition": "2027-09"}
    assert send(supervisor, "/forms/V890-S-2027-09/save", given).status_code == 200
    assert load(own / "V890-S-2027-09").edition == "2027-09"
    assert not place.exists()
