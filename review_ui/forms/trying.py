"""Try a scan on a form: what is read where. No application is made, and the file is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from extractors.formpack import FormPack
from extractors.forms import preview
from extractors.values import FieldReading, Reading
from review_ui import security
from review_ui.account.access import person
from review_ui.forms import running
from review_ui.forms.area import entry, pages
from review_ui.forms.packs import Entry
from review_ui.language import language
from review_ui.told import names_of, told
from review_ui.wiring import services
from review_ui.words import Tag

# The pictures of a trial stand in its page, because nothing of it is kept to be fetched later.
_POLICY = security.POLICY.replace("img-src 'self'", "img-src 'self' data:")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the trial: its number, what it was taken for, and its picture."""

    number: int
    form_page: int | None
    picture: Markup


@dataclass(frozen=True, slots=True)
class Line:
    """One field in the table beside."""

    number: int
    name: str
    label: str
    page: int
    value: str
    confidence: float
    tag: Tag
    doubts: tuple[str, ...]


@pages.get("/<key>/try")
def try_page(key: str) -> str:
    return _ask(entry(key))


@pages.post("/<key>/try")
def try_scan(key: str) -> Response | tuple[str, int]:
    found = entry(key)
    assert found.pack is not None, "entry() finds only packs that can be used"
    file = request.files.get("scan")
    data = file.read() if file and file.filename else b""
    if not file or not file.filename:
        return _ask(found, _("Choose a scan of this form, filled in.")), 422
    settings = services().settings
    task = {
        "do": "try",
        "folder": str(found.folder),
        "folders": [str(each) for each in settings.form_folders],
        "limits": running.limits(settings),
        "most": running.MOST_PAGES,
    }
    try:
        answer = running.run(settings, person().id, task, data)
    except running.CannotRun as error:
        return _ask(found, str(error)), 409 if isinstance(error, running.Busy) else 422
    made = make_response(_result(found, found.pack, answer))
    made.headers["Content-Security-Policy"] = _POLICY
    return made


def _ask(found: Entry, problem: str = "") -> str:
    return render_template(
        "forms/try.html",
        entry=found,
        pack=found.pack,
        problem=problem,
        most=running.MOST_PAGES,
        megabytes=services().settings.limit_bytes // 1_000_000,
    )


def _result(found: Entry, pack: FormPack, answer: dict[str, Any]) -> str:
    reading = Reading.from_json(answer["reading"])
    ours = bool(answer["ours"])
    unsure = frozenset(answer["unsure"]) if ours else frozenset[str]()
    fields = reading.fields if ours else ()
    # What a person would look at on another form says nothing of this one.
    shown = [*answer["bad"], *(answer["told"] if ours else ())]
    lines = [_line(pack, field, field.name in unsure) for field in fields]
    return render_template(
        "forms/tried.html",
        entry=found,
        pack=pack,
        ours=ours,
        form=reading.form,
        told=[told(each, names_of(pack)) for each in shown],
        more=answer["more"],
        most=running.MOST_PAGES,
        shown=_shown(pack, reading, answer["pages"], unsure, ours),
        lines=lines,
        percent=_percent,
        sure=sum(each.tag.tone != "warn" for each in lines),
    )


def _percent(share: float) -> str:
    """'97 %'."""
    return f"{share * 100:.0f} %"


def _shown(
    pack: FormPack,
    reading: Reading,
    pictures: list[dict[str, Any]],
    unsure: frozenset[str],
    ours: bool,
) -> list[Shown]:
    of = {page.number: page.form_page for page in reading.pages}
    found = []
    for each in pictures:
        number = each["number"]
        form_page = of.get(number) if ours else None
        marks = preview.reading_marks(
            pack, [field for field in reading.fields if ours and field.page == number], unsure
        )
        width = 2100.0
        size = (width, width * each["height"] / each["width"])
        if form_page:
            size = preview.page_size(pack.pages[form_page - 1])
        address = f"data:image/jpeg;base64,{each['picture']}"
        title = _(
            "Page %(number)s of the scan with what was read. The table tells the same in words.",
            number=number,
        )
        picture = Markup(preview.svg(size, address, marks, title))  # noqa: S704  # escaped there
        found.append(Shown(number, form_page, picture))
    return found


def _line(pack: FormPack, field: FieldReading, unsure: bool) -> Line:
    empty = field.status == "absent"
    tag = Tag("plain", _("Empty")) if empty else Tag("good", _("Sure"))
    return Line(
        number=preview.numbered(pack)[field.name],
        name=field.name,
        label=pack.label(field.name, language()),
        page=field.page,
        value=told(preview.shown(field)),
        confidence=field.confidence,
        tag=Tag("warn", _("To be checked")) if unsure else tag,
        doubts=tuple(told(each.message, names_of(pack)) for each in field.doubts),
    )
