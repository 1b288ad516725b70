"""Who may see what: everything needs a login, each area its role; supervisors see all."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, request
from flask_babel import gettext as _
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from intake.model import Person, Role


class Visitor(UserMixin):  # type: ignore[misc]  # flask_login has no types
    """The person of a session; ``session`` is what the cookie carries of it."""

    def __init__(self, person: Person, session: str) -> None:
        self.person = person
        self.session = session

    def get_id(self) -> str:
        return self.session

    def may(self, *roles: Role) -> bool:
        return self.person.role == "supervisor" or self.person.role in roles


def person() -> Person:
    """The person who is logged in; only for views behind the login."""
    found: Person = current_user.person
    return found


def role_name(role: Role) -> str:
    """What people of a role are called."""
    names: dict[Role, str] = {
        "operator": _("Operator"),
        "reviewer": _("Reviewer"),
        "supervisor": _("Supervisor"),
    }
    return names[role]


def only(*roles: Role) -> Callable[[], Response | None]:
    """A check to run before every view of an area: 403 for people of other roles."""

    def check() -> None:
        if not current_user.may(*roles):
            abort(403)

    return check


def path_within(target: str | None) -> str | None:
    """``target`` when it is a path of this site, to go on to after logging in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return target if all(each.isprintable() for each in target) else None


def wanted_path() -> str:
    """The path to come back to after logging in; only pages that can be loaded again."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
