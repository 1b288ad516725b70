"""The list of forms, and one form with every field drawn on its blank."""

from __future__ import annotations

from flask import Response, abort, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from extractors.formpack import FormPack, said
from extractors.forms import preview
from intake.editions import frozen
from review_ui.forms import names, packs, saving
from review_ui.forms.area import entry, pages
from review_ui.forms.packs import Entry
from review_ui.wiring import services

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@pages.get("/")
def every() -> str:
    found = packs.every(services())
    return render_template(
        "forms/list.html",
        packs=[each for each in found if each.pack],
        bad=[each for each in found if each.pack is None],
        used=frozen(services()),
        folder=packs.department_folder(services()),
        where=names.WHERE,
        status=names.STATUS,
        languages=names.LANGUAGES,
        said=said,
    )


@pages.get("/<key>")
def one(key: str) -> str:
    found = entry(key)
    pack = found.pack
    assert pack is not None, "entry() finds only packs that can be used"
    return render_template(
        "forms/one.html",
        entry=found,
        pack=pack,
        pictures=[(page.number, _picture(found, pack, page.number)) for page in pack.pages],
        legend=legend(pack),
        numbers=preview.numbered(pack),
        words=names.kind,
        ways=names.WAYS,
        used=packs.used(services(), found),
        may_change=packs.may_change(services(), found),
        where=names.WHERE,
        status=names.STATUS,
        languages=names.LANGUAGES,
        said=said,
    )


@pages.get("/<key>/blanks/<int:number>")
def blank(key: str, number: int) -> Response:
    """The blank's picture of one page."""
    pack = entry(key).pack
    if pack is None or not 1 <= number <= len(pack.pages):
        abort(404)
    data = pack.pages[number - 1].blank.read_bytes()
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    if kind is None:
        abort(415)
    return Response(data, mimetype=kind)


@pages.get("/<key>/download")
def download(key: str) -> Response:
    """The pack as it is, as a ZIP file."""
    found = entry(key)
    assert found.pack is not None, "entry() finds only packs that can be used"
    try:
        draft = saving.checked(found, packs.definition(found))
    except saving.Mistakes:
        abort(404)  # its code or edition makes no plain name of a file
    return zip_file(draft)


def zip_file(draft: saving.Draft) -> Response:
    answer = Response(saving.zipped(draft), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{draft.name}.zip"'
    return answer


def legend(pack: FormPack) -> list[tuple[str, str, str]]:
    """The kinds a form has: name, words, colour."""
    used = {field.kind for field in pack.fields}
    return [(k, names.kind(k), colour) for k, colour in preview.COLOURS.items() if k in used]


def _picture(found: Entry, pack: FormPack, number: int) -> Markup:
    page = pack.pages[number - 1]
    return Markup(  # noqa: S704  # svg() escapes every text
        preview.svg(
            preview.page_size(page),
            url_for("forms.blank", key=found.key, number=number),
            preview.field_marks(pack, number),
            _("Page %(number)s with its fields. The table below names them all.", number=number),
        )
    )
