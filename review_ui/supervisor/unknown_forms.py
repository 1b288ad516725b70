"""Pages that look alike and match no form: what they are, and reading them again."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import unknown
from review_ui import stages
from review_ui.supervisor.area import actor, pages
from review_ui.wiring import services
from review_ui.words import plural


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
        left = f" {plural(done.left, 'was', 'were')} left alone." if done.left else ""
        flash(
            f"{plural(done.begun, 'application is', 'applications are')} read again.{left}", "good"
        )
    else:
        flash(
            "None of them can be read again now: they are being read, somebody has them, or they "
            "were decided.",
            "plain",
        )
    return redirect(url_for("supervisor.overview"))
