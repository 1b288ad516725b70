"""The accessibility statement, which everybody may read."""

from __future__ import annotations

from datetime import date

from flask import render_template

from review_ui.account.area import pages

CHANGED = date(2026, 11, 22)
"""When what the statement says was last looked at and changed."""


@pages.get("/accessibility")
def accessibility() -> str:
    return render_template("account/accessibility.html", changed=CHANGED)
