"""Pages that look alike and match no form: what they are, and reading them again."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from intake import unknown
from review_ui import stages
from review_ui.supervisor.area import actor, pages
from review_ui.wiring import services


@pages.get("/unknown/<look>")
def unknown_form(look: str) -> str:
    return render_template(
        "supervisor/unknown.html",
        look=look,
        members=unknown.members(services(), look),
        stages=stages.STAGES,
        now=services().now(),
    )


@pages.get("/unknown/<look>/<digest>")
def unknown_picture(look: str, digest: str) -> Response:
    """A small picture of a page; no browser keeps it."""
    if digest not in {each.thumbnail for each in unknown.members(services(), look)}:
        abort(404)
    return Response(services().objects.get(digest), mimetype="image/jpeg")


@pages.post("/unknown/<look>/read-again")
def read_unknown_again(look: str) -> AnyResponse:
    """Now that there may be a form pack for them."""
    done = unknown.read_again(services(), look, actor())
    if done.begun:
        told = [
            ngettext(
                "%(num)s application is read again.",
                "%(num)s applications are read again.",
                done.begun,
            )
        ]
        if done.left:
            told.append(ngettext("%(num)s was left alone.", "%(num)s were left alone.", done.left))
        flash(" ".join(told), "good")
    else:
        flash(
            _(
                "None of them can be read again now: they are being read, somebody has them, or "
                "they were decided."
            ),
            "plain",
        )
    return redirect(url_for("supervisor.overview"))
