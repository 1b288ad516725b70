"""What scanning stations and downstream systems call over HTTP; described in ``openapi.json``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from intake import delivery, jobs
from intake.api import scans
from intake.api.access import allowed
from intake.api.problems import Problem, answer
from intake.application import SCHEMA_FILE
from intake.model import NotFound
from intake.services import Services

Answer = tuple[dict[str, Any], int] | tuple[dict[str, Any], int, dict[str, str]]
_MOST_REVISIONS = 2**31 - 1  # as the database counts them


def blueprint(services: Services) -> Blueprint:
    """The routes of the API. They take no cookies: exempt them from CSRF checks and log-in."""
    api = Blueprint("api", __name__)
    _add_scans(api, services)
    _add_applications(api, services)
    _add_descriptions(api, services)
    api.register_error_handler(Problem, answer)
    api.register_error_handler(HTTPException, _refused)
    return api


def _add_scans(api: Blueprint, services: Services) -> None:
    @api.post("/api/v1/scans")
    def hand_in() -> Answer:
        caller = allowed(services, request, "scan")
        receipt = scans.hand_in(services, request, caller)
        where = {"Location": url_for("api.scan", receipt=receipt.scan_id)}
        return scans.receipt_document(receipt), 200 if receipt.repeated else 201, where

    @api.get("/api/v1/scans/<receipt>")
    def scan(receipt: str) -> Answer:
        allowed(services, request, "scan")
        return scans.scan_document(services, receipt), 200


def _add_applications(api: Blueprint, services: Services) -> None:
    @api.get("/api/v1/applications")
    def applications() -> Response:
        allowed(services, request, "deliver")
        try:
            found = delivery.pull(services, request.args.get("after", ""), _limit())
        except delivery.BadCursor as error:
            raise Problem(400, "bad_cursor", str(error)) from None
        frozen = ",".join(found.applications)  # as they are sent to the webhook, byte for byte
        rest = json.dumps({"cursor": found.cursor, "more": found.more})
        text = f'{{"applications": [{frozen}], {rest[1:]}\n'
        return Response(text, content_type="application/json")

    @api.post("/api/v1/applications/<application_id>/acknowledgements")
    def acknowledge(application_id: str) -> Answer:
        caller = allowed(services, request, "deliver")
        try:
            done = delivery.acknowledge(services, application_id, _revision(), caller.actor)
        except NotFound as error:
            raise Problem(404, "not_found", f"{error} Check the numbers.") from None
        return {
            "application_id": done.application_id,
            "revision": done.revision,
            "acknowledged_at": scans.moment(done.acknowledged_at),
            "repeated": done.repeated,
        }, 200


def _add_descriptions(api: Blueprint, services: Services) -> None:
    @api.get("/api/v1/schema")
    def schema() -> Response:
        return Response(SCHEMA_FILE.read_bytes(), content_type="application/schema+json")

    @api.get("/api/v1/openapi.json")
    def openapi() -> Response:
        text = files(__name__).joinpath("openapi.json").read_bytes()
        return Response(text, content_type="application/json")

    @api.get("/healthz")
    def health() -> Answer:
        try:
            with services.database.reading() as connection:
                jobs.counts(connection)
        except SQLAlchemyError:
            raise Problem(503, "no_database", "The database does not answer.") from None
        return {"status": "ok"}, 200

    @api.route("/api/<path:_address>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def nowhere(_address: str) -> Answer:
        raise Problem(
            404, "no_such_address",
            "There is no such address, or it takes another method. See /api/v1/openapi.json.",
        )  # fmt: skip


def _limit() -> int:
    given = request.args.get("limit", "100")
    if not given.isdecimal() or not 1 <= int(given) <= delivery.MOST_AT_ONCE:
        raise Problem(
            400, "bad_limit", f"Give a limit from 1 to {delivery.MOST_AT_ONCE} applications."
        )
    return int(given)


def _revision() -> int:
    body = request.get_json(silent=True)
    revision = body.get("revision") if isinstance(body, dict) else None
    if type(revision) is not int or not 1 <= revision <= _MOST_REVISIONS:  # true is no number
        raise Problem(400, "bad_revision", 'Send JSON such as {"revision": 1}.')
    return revision


def _refused(error: HTTPException) -> Response:
    """What the framework refuses, or a mistake in Postroom, in the same shape."""
    status = error.code or 500
    told = "The request could not be understood. See /api/v1/openapi.json."
    if status >= 500:
        told = "Something went wrong here. Try again; if it stays, tell whoever runs this Postroom."
    return answer(Problem(status, f"http_{status}", told))
