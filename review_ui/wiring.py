"""How a view reaches the services that the app was made with."""

from __future__ import annotations

from flask import Flask, current_app

from intake.services import Services

_KEY = "postroom"


def give(app: Flask, services: Services) -> None:
    app.extensions[_KEY] = services


def services() -> Services:
    """The services of the app that answers this request."""
    found: Services = current_app.extensions[_KEY]
    return found
