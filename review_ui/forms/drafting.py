"""A form drafted from its blank, to be finished in the editor."""

from __future__ import annotations

import base64
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response

from extractors.formpack import BadFormPack, load
from review_ui.account.access import person
from review_ui.forms import packs, running
from review_ui.forms.area import pages
from review_ui.forms.names import LANGUAGES
from review_ui.wiring import services

log = logging.getLogger(__name__)

_MOST_PAGES = 20
_NAMES = (
    (
        "code",
        lazy_gettext("Give the form’s code in capital letters, figures and hyphens, such as PK1."),
    ),
    ("edition", lazy_gettext("Give the edition’s name without spaces, such as 2026-11.")),
)


@pages.get("/new")
def new() -> str:
    return _ask([])


@pages.post("/new")
def draft() -> Response | tuple[str, int]:
    """Draft a pack and open it in the editor; nothing is read with it until it is put into use."""
    code, edition = (request.form.get(each, "").strip() for each in ("code", "edition"))
    problems = [(name, words) for name, words in _NAMES if not request.form.get(name, "").strip()]
    name = packs.folder_name(code, edition)
    if not problems and (name is None or code != code.upper()):
        problems = list(_NAMES)
    if any(each.edition == (code, edition) for each in packs.every(services())):
        problems.append(
            (
                "edition",
                _(
                    "There is an edition %(edition)s of %(code)s already.",
                    edition=edition,
                    code=code,
                ),
            )
        )
    file = request.files.get("blank")
    if not file or not file.filename:
        problems.append(("blank", _("Choose the empty form: a PDF, or a scan of it.")))
    if problems or not file or name is None:
        return _ask(problems), 422
    language = request.form.get("language")
    task = {
        "do": "draft", "code": code, "edition": edition, "file": Path(file.filename or "").name,
        "language": language if language in LANGUAGES else None,
        "limits": running.limits(services().settings), "most": _MOST_PAGES,
    }  # fmt: skip
    try:
        answer = running.run(services().settings, person().id, task, file.read(), _MOST_PAGES)
        _keep(name, answer["files"])
    except running.CannotRun as error:
        return _ask([("blank", str(error))]), 409 if isinstance(error, running.Busy) else 422
    except OSError as error:
        log.warning("draft_not_kept errno=%s", error.errno)
        words = _(
            "The draft could not be kept. Tell who operates Postroom that the disk may be full."
        )
        return _ask([("blank", words)]), 503
    log.info("form_drafted pack=%s by=%s", name, person().id)
    told = ngettext(
        "%(num)s field found, %(doubtful)s to be checked by you. "
        "Check the title too, under ‘About the whole form’.",
        "%(num)s fields found, %(doubtful)s of them to be checked by you. "
        "Check the title too, under ‘About the whole form’.",
        answer["fields"],
        doubtful=answer["doubtful"],
    )
    flash(told, "info")
    return redirect(url_for("forms.edit", key=name))


def _keep(name: str, files: dict[str, str]) -> None:
    """The draft's files in a folder of their own, all of them or none. Raises ``CannotRun``."""
    place = packs.drafts_folder(services())
    place.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    try:
        for each, data in files.items():
            (unfinished / Path(each).name).write_bytes(base64.b64decode(data))
        load(unfinished)
        if (place / name).exists():
            raise running.CannotRun(
                _(
                    "There is a draft %(name)s already that cannot be used. Give another edition, "
                    "or ask who operates Postroom to remove the folder %(name)s from %(place)s.",
                    name=name,
                    place=place,
                )
            )
        unfinished.rename(place / name)
    except BadFormPack as error:
        told = str(error).replace(f"{unfinished}/", "")
        raise running.CannotRun(
            _("No draft could be made of this blank. %(why)s", why=told)
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _ask(problems: list[tuple[str, str]]) -> str:
    given: dict[str, Any] = {
        each: request.form.get(each, "") for each in ("code", "edition", "language")
    }
    return render_template(
        "forms/new.html",
        problems=problems,
        wrong=dict(problems),
        given=given,
        most=_MOST_PAGES,
        megabytes=services().settings.limit_bytes // 1_000_000,
    )
