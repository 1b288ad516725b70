"""Who works here: the work queues that people are given, and who is cleared for what is sensitive.

Accounts and passwords are made with the command ``postroom people``.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import people, rights, waiting
from review_ui.account.access import person
from review_ui.supervisor.area import actor, pages
from review_ui.wiring import services


@pages.get("/people")
def everyone() -> str:
    return render_template("supervisor/people.html", everyone=people.everyone(services()))


@pages.get("/people/<name>")
def one(name: str) -> str:
    them = people.of_name(services(), name)
    return render_template(
        "supervisor/person.html",
        them=them,
        queues=waiting.work_queues(services()),
        mine=them.id == person().id,
    )


@pages.post("/people/<name>")
def change(name: str) -> Response:
    them = people.of_name(services(), name)
    some = request.form.get("which") == "some"
    chosen = request.form.getlist("queue") if some else []
    if some and not chosen:
        flash(_("Choose at least one work queue, or all of them."), "bad")
        return redirect(url_for("supervisor.one", name=them.name))
    try:
        rights.set_queues(services(), them.name, chosen, actor())
        if them.id != person().id:
            cleared = "cleared" in request.form
            rights.set_cleared(services(), them.name, cleared, actor(), by=person())
    except rights.UnknownQueue:
        flash(_("One of these work queues is not there any more. Choose again."), "bad")
        return redirect(url_for("supervisor.one", name=them.name))
    flash(
        _("Saved for %(name)s. It counts from their next application on.", name=them.name), "good"
    )
    return redirect(url_for("supervisor.everyone"))
