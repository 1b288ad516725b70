"""Which page pictures a browser may keep for a few minutes, so that the next page shows at once.

The picture of the next application is loaded while the one before is checked. Of all that the desk
serves, page pictures alone may be kept, and only under an address that names the session: it is
made with a secret from who is logged in, since when, and the picture. Whoever logs in later at the
same browser has other addresses, so everything is asked of the server, and refused. Logging out
empties what the browser kept. A setting (``browser_keeps_pictures``) forbids keeping altogether.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, current_app, request, session
from flask_login import current_user

from review_ui.security import KEPT
from review_ui.wiring import services

_LENGTH = 24


def stamp(application_id: str, digest: str) -> str:
    """The part of a picture's address that is this session's own."""
    told = "\n".join((current_user.get_id(), session.get("since", ""), application_id, digest))
    key: bytes = current_app.config["SECRET_KEY"]
    return hmac.new(key, f"picture\n{told}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def kept(response: Response, application_id: str, digest: str) -> Response:
    """The picture, which the browser may keep when this session's own address asked for it."""
    asked = request.args.get("of", "").encode()
    right = hmac.compare_digest(asked, stamp(application_id, digest).encode())
    if right and services().settings.browser_keeps_pictures:
        response.headers["Cache-Control"] = KEPT
    return response
