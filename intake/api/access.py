"""Who calls: the bearer key of a request and what it may do."""

from __future__ import annotations

from flask import Request

from intake.api import keys
from intake.api.keys import Caller, Scope
from intake.api.problems import Problem
from intake.services import Services


def allowed(services: Services, request: Request, scope: Scope) -> Caller:
    """The caller, when its key has the scope. Raises ``Problem`` 401 or 403."""
    given = request.authorization
    key = given.token if given is not None and given.type == "bearer" else None
    if not key:
        raise Problem(401, "no_key", "Send your API key: 'Authorization: Bearer KEY'.")
    found = keys.caller(services, key)
    if found is None:
        raise Problem(401, "unknown_key", "This API key is not known or was revoked.")
    if scope not in found.scopes:
        raise Problem(
            403, "wrong_scope", f"This API key lacks the scope '{scope}'. Ask for one that has it."
        )
    return found
