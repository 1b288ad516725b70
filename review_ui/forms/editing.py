"""The editor: places, names and kinds of fields changed on the page's picture, then saved.

A draft, and one's own edition that nothing was read with, are changed in place. Everything else is
saved as a new edition in the department's folder, or downloaded.
"""

from __future__ import annotations

import logging
import shutil
from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from extractors import lexicon
from extractors.forms import preview
from extractors.packs.mistake import Slip
from extractors.packs.toml_text import CHECK, notes_in
from review_ui.account.access import person
from review_ui.forms import comparing, names, packs, saving
from review_ui.forms.area import entry, pages
from review_ui.forms.looking import zip_file
from review_ui.forms.packs import Entry
from review_ui.wiring import services

log = logging.getLogger(__name__)

_MOST_BYTES = 2_000_000
_CHANGED = lazy_gettext(
    "Somebody else saved this form since you opened it, or its file was changed. Download what you "
    "have, load this page again, and do your changes once more."
)
_USED = lazy_gettext(
    "An application was read with this edition since you opened it, so it is not changed any more. "
    "Save what you have as a new edition."
)
_NO_FOLDER = lazy_gettext(
    "Your department has no folder for its own forms. Download the form instead, or ask who "
    "operates Postroom to name a folder in the setting forms."
)
_NOT_WRITTEN = lazy_gettext(
    "This could not be written to the folder. Nothing was changed. Download what you have, and "
    "tell who operates Postroom that the folder may be full or closed to it."
)


@pages.get("/<key>/edit")
def edit(key: str) -> str:
    found = entry(key)
    assert found.pack is not None, "entry() finds only packs that can be used"
    text = packs.text(found)
    return render_template(
        "forms/edit.html",
        entry=found,
        pack=found.pack,
        may_change=packs.may_change(services(), found),
        used=packs.used(services(), found),
        folder=packs.department_folder(services()),
        comments=any(_is_comment(line) for line in text.splitlines()),
        editor=_editor(found),
        words=names.kind,
        kinds=list(preview.COLOURS),
        ways=names.WAYS,
        lists=lexicon.NAMES,
    )


@pages.post("/<key>/check")
def check(key: str) -> Response | tuple[Response, int]:
    """Everything that is wrong or doubtful about what was posted; nothing is written."""
    found = entry(key)
    try:
        draft = saving.checked(found, _sent().get("form"))
    except saving.Mistakes as error:
        return _mistakes(error)
    return jsonify(mistakes=[saving.mistake(each) for each in saving.weighed(draft, found)])


@pages.post("/<key>/zip")
def zip_edited(key: str) -> Response | tuple[Response, int]:
    """What was posted as a ZIP file, when nothing is wrong with it."""
    try:
        sent = _sent()
        return zip_file(saving.checked(entry(key), sent.get("form"), _edition(sent)))
    except saving.Mistakes as error:
        return _mistakes(error)


@pages.post("/<key>/save")
def save(key: str) -> Response | tuple[Response, int]:
    """In place without an ``edition``, else as that edition in the department's folder."""
    found = entry(key)
    try:
        sent = _sent()
        draft = saving.checked(found, sent.get("form"), _edition(sent))
        all_the_same = sent.get("all_the_same") is True
        if sent.get("in_place") is True:
            _save_here(found, draft, sent.get("version"), all_the_same)
        else:
            _save_new(found, draft, all_the_same)
    except saving.Mistakes as error:
        return _mistakes(error)
    except comparing.Doubtful as error:
        return jsonify(question=error.question, words=error.words), 409
    except saving.CannotSave as error:
        return jsonify(problem=str(error)), 409
    except OSError as error:
        log.warning("form_not_saved errno=%s", error.errno)
        return jsonify(problem=str(_NOT_WRITTEN)), 503
    log.info("form_saved pack=%s by=%s", draft.name, person().id)
    return jsonify(to=url_for("forms.one", key=draft.name))


def _save_here(found: Entry, draft: saving.Draft, version: object, all_the_same: bool) -> None:
    """``all_the_same``: although an edition that was withdrawn comes back beside one like it."""
    if found.origin != "draft":
        saving.refuse_mistakes(draft, found)
        assert found.pack is not None, "entry() finds only packs that can be used"
        if found.pack.status != "current" and not all_the_same:
            comparing.refuse_alike(services().settings, person().id, found, draft)
    # While this holds, nobody else saves, and no edition is used for the first time.
    with services().database.writing():
        if not packs.may_change(services(), found):
            raise saving.CannotSave(str(_USED))
        if version != packs.version(found):
            raise saving.CannotSave(str(_CHANGED))
        saving.write_change(found.folder, draft)
    flash(_("Saved."), "good")


def _save_new(found: Entry, draft: saving.Draft, all_the_same: bool) -> None:
    """``all_the_same``: although its pages may look like those of another form."""
    place = packs.department_folder(services())
    if place is None:
        raise saving.CannotSave(str(_NO_FOLDER))
    wanted = (draft.form["code"], draft.form["edition"])
    others = [each for each in packs.every(services()) if each != found]
    if any(each.edition == wanted for each in others) or (
        found.origin != "draft" and found.edition == wanted
    ):
        raise saving.CannotSave(
            _(
                "There is an edition %(edition)s of %(code)s already. Give this one another name.",
                edition=wanted[1],
                code=wanted[0],
            )
        )
    saving.refuse_mistakes(draft, found)
    if not all_the_same:
        comparing.refuse_alike(services().settings, person().id, found, draft)
    saving.write_new(place, draft)
    if found.origin == "draft":
        shutil.rmtree(found.folder, ignore_errors=True)
    told = _(
        "Saved as %(form)s. It is in use from now on. Try a scan on it, to see that it is told "
        "apart from the other forms.",
        form=" ".join(wanted),
    )
    flash(told, "good")


def _editor(found: Entry) -> dict[str, Any]:
    """What the script in the browser works on."""
    assert found.pack is not None, "entry() finds only packs that can be used"
    form = packs.definition(found)
    notes = notes_in(packs.text(found))
    form["fields"] = [
        {**field, saving.NOTES: list(notes[number])} if number in notes else field
        for number, field in enumerate(form["fields"])
    ]
    sheets = []
    for page in found.pack.pages:
        given = form["pages"][page.number - 1]
        width, height = given["size"]
        sheets.append(
            {
                "width": width,
                "height": height,
                "mm": width / page.size_mm[0],
                "picture": url_for("forms.blank", key=found.key, number=page.number),
            }
        )
    return {
        "form": form,
        "sheets": sheets,
        "colours": dict(preview.COLOURS),
        "version": packs.version(found),
        "urls": {
            name: url_for(f"forms.{endpoint}", key=found.key)
            for name, endpoint in (("check", "check"), ("save", "save"), ("zip", "zip_edited"))
        },
    }


def _sent() -> dict[str, Any]:
    """The posted object. Raises ``Mistakes``."""
    data = request.get_data()
    if len(data) > _MOST_BYTES:
        raise saving.Mistakes([Slip((), _("The form is too large. Give it fewer fields."))])
    found = saving.posted(data)
    return found if isinstance(found, dict) else {}


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") and not line.startswith(CHECK)


def _edition(sent: dict[str, Any]) -> str:
    given = sent.get("edition")
    return given.strip() if isinstance(given, str) else ""


def _mistakes(error: saving.Mistakes) -> tuple[Response, int]:
    return jsonify(mistakes=[saving.mistake(each) for each in error.slips]), 422
