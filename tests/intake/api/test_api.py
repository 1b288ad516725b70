"""The API as scanning stations and downstream systems use it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from ulid import ULID
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake import delivery, overview, review
from intake.api import blueprint, keys
from intake.api.keys import BadKey
from intake.model import Item, NotFound, PageDoubt, Side, Status
from intake.records import keys as key_rows
from intake.records import lists, scans
from tests.intake import filed
from tests.intake.filed import House
from tests.intake.returned import send_back

PDF = b"%PDF-1.7 a scan"
DESCRIBED = json.loads(
    (Path(keys.__file__).parent / "openapi.json").read_text(encoding="utf-8")
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = filed.house(tmp_path, limit_bytes=300_000)
    yield made
    made.services.close()


def client_of(house: House) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(blueprint(house.services))
    return app.test_client()


@pytest.fixture
def client(house: House) -> FlaskClient:
    return client_of(house)


@pytest.fixture
def station(house: House) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.new(house.services, 'station-1', ('scan',))}"}


@pytest.fixture
def register(house: House) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.new(house.services, 'register', ('deliver',))}"}


def problem(answer: TestResponse, status: int, code: str) -> str:
    """The detail of a problem document, after a look at its shape."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    fits(answer, "Problem")
    body = json.loads(answer.data)
    assert (body["status"], body["code"]) == (status, code)
    detail: str = body["detail"]
    return detail


def fits(answer: TestResponse, name: str) -> dict[str, Any]:
    """The body, after a look at whether it is as openapi.json describes it."""
    body: dict[str, Any] = json.loads(answer.data)
    described = {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}
    Draft202012Validator(described).validate(body)
    return body


def test_a_raw_body_is_received_and_gets_a_receipt(
    client: FlaskClient, station: dict[str, str]
) -> None:
    answer = client.post(
        "/api/v1/scans?channel=counter&station=desk-4&file_name=a.pdf&batch=B-7",
        data=PDF, headers=station, content_type="application/pdf",
    )  # fmt: skip
    assert answer.status_code == 201
    receipt = fits(answer, "Receipt")
    assert receipt["status"] == "received"
    assert answer.headers["Location"] == f"/api/v1/scans/{receipt['receipt']}"
    told = fits(client.get(answer.headers["Location"], headers=station), "Scan")
    assert (told["channel"], told["station"], told["items"]) == ("counter", "desk-4", [])
    assert told["batch"] == "B-7"


def test_a_form_part_is_received_like_a_raw_body(
    client: FlaskClient, station: dict[str, str]
) -> None:
    form = {"file": (io.BytesIO(PDF), "a.pdf"), "channel": "counter", "station": "desk-5"}
    answer = client.post("/api/v1/scans", data=form, headers=station)
    assert answer.status_code == 201
    told = fits(client.get(answer.headers["Location"], headers=station), "Scan")
    assert (told["channel"], told["station"]) == ("counter", "desk-5")


def test_without_a_station_the_key_says_where_it_came_from(
    client: FlaskClient, station: dict[str, str]
) -> None:
    answer = client.post("/api/v1/scans", data=PDF, headers=station)
    told = fits(client.get(answer.headers["Location"], headers=station), "Scan")
    assert (told["channel"], told["station"]) == ("post", "station-1")


def test_a_page_that_is_bad_to_read_is_told_while_the_paper_is_in_hand(
    house: House, client: FlaskClient, station: dict[str, str]
) -> None:
    where = client.post("/api/v1/scans", data=PDF, headers=station).headers["Location"]
    assert fits(client.get(where, headers=station), "Scan")["doubts"] == []
    words = "Page 2 is blurred. Clean the glass and scan it again."
    with house.services.database.writing() as connection:
        (scan,) = lists.newest_scans(connection, 1)
        item = Item(str(ULID()), scan.id, 1, Status.SCANNED)
        sides = [
            Side(1, "page", "0" * 64, 10, 10, 300.0, 1),
            Side(2, "page", "0" * 64, 10, 10, 300.0, 2, doubts=(PageDoubt("blurred", words),)),
        ]
        scans.was_split(connection, scan, [(side, item.id) for side in sides], [item])
    told = fits(client.get(where, headers=station), "Scan")
    assert told["doubts"] == [{"page": 2, "code": "blurred", "message": words}]


def test_why_an_item_was_returned_is_told_to_the_station(
    house: House, client: FlaskClient, station: dict[str, str]
) -> None:
    application_id = filed.file(house, Status.IN_REVIEW)
    task = review.take(house.services, application_id, house.reviewer)
    reasons = ("NOT_OURS", "ILLEGIBLE")
    send_back(house.services, application_id, house.reviewer, task.version, *reasons)
    answer = client.get(f"/api/v1/scans/{task.application.scan_id}", headers=station)
    (item,) = fits(answer, "Scan")["items"]
    assert (item["status"], item["code"]) == ("returned", "ILLEGIBLE")
    assert item["reason"] == "It cannot be read. It was not meant for us."


def test_the_same_bytes_again_get_the_same_receipt_and_200(
    client: FlaskClient, station: dict[str, str]
) -> None:
    first = client.post("/api/v1/scans", data=PDF, headers=station)
    second = client.post("/api/v1/scans", data=PDF, headers=station)
    assert (first.status_code, second.status_code) == (201, 200)
    assert fits(second, "Receipt") == fits(first, "Receipt") | {"repeated": True}


def test_an_idempotency_key_holds_for_one_file_only(
    client: FlaskClient, station: dict[str, str]
) -> None:
    named = station | {"Idempotency-Key": "batch-7/33"}
    first = client.post("/api/v1/scans", data=PDF, headers=named)
    again = client.post("/api/v1/scans", data=PDF, headers=named)
    assert (first.status_code, again.status_code) == (201, 200)
    other = client.post("/api/v1/scans", data=PDF + b"!", headers=named)
    assert "Use a new key" in problem(other, 409, "key_reused")


def test_the_keys_of_two_stations_are_their_own(
    house: House, client: FlaskClient, station: dict[str, str]
) -> None:
    other = {"Authorization": f"Bearer {keys.new(house.services, 'station-2', ('scan',))}"}
    named = {"Idempotency-Key": "1"}
    client.post("/api/v1/scans", data=PDF, headers=station | named)
    answer = client.post("/api/v1/scans", data=PDF + b"!", headers=other | named)
    assert answer.status_code == 201


@pytest.mark.parametrize("as_form", [False, True])
@pytest.mark.parametrize("size", [300_001, 400_000])
def test_too_large_a_file_is_refused_and_nothing_is_kept(
    house: House, client: FlaskClient, station: dict[str, str], as_form: bool, size: int
) -> None:
    data: Any = bytes(size)
    if as_form:
        data = {"file": (io.BytesIO(data), "a.tif")}
    answer = client.post("/api/v1/scans", data=data, headers=station)
    assert "300,000" in problem(answer, 413, "too_large")
    kept = [path for path in house.services.settings.home.rglob("*") if path.is_file()]
    assert all(path.name.startswith("postroom.db") for path in kept)


@pytest.mark.parametrize(
    ("address", "data", "code"),
    [
        ("/api/v1/scans", b"", "empty"),
        ("/api/v1/scans", {"other": (io.BytesIO(PDF), "a.pdf")}, "no_file"),
        ("/api/v1/scans?channel=fax", PDF, "bad_channel"),
    ],
)
def test_a_request_that_cannot_be_used_is_told_why(
    client: FlaskClient, station: dict[str, str], address: str, data: Any, code: str
) -> None:
    assert problem(client.post(address, data=data, headers=station), 400, code)


@pytest.mark.parametrize("second", ["file", "page-2"])
def test_two_files_in_one_request_are_refused_and_neither_is_stored(
    house: House, client: FlaskClient, station: dict[str, str], second: str
) -> None:
    data = MultiDict(
        [("file", (io.BytesIO(PDF), "a.pdf")), (second, (io.BytesIO(PDF + b"2"), "b.pdf"))]
    )
    answer = client.post("/api/v1/scans", data=data, headers=station)
    assert "one file" in problem(answer, 400, "one_file")
    assert overview.recent_scans(house.services) == []


def test_an_idempotency_key_without_end_is_refused(
    client: FlaskClient, station: dict[str, str]
) -> None:
    headers = station | {"Idempotency-Key": "k" * 256}
    assert problem(client.post("/api/v1/scans", data=PDF, headers=headers), 400, "bad_key")


def test_a_receipt_that_was_never_given_is_not_found(
    client: FlaskClient, station: dict[str, str]
) -> None:
    assert problem(client.get("/api/v1/scans/01NOSUCH", headers=station), 404, "not_found")


def test_a_store_that_fails_is_told_and_the_station_keeps_its_file(
    house: House,
    client: FlaskClient,
    station: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(house.services.objects), "put", full)
    answer = client.post("/api/v1/scans", data=PDF, headers=station)
    assert "send it again" in problem(answer, 503, "not_stored")
    assert "scan_not_stored errno=28" in caplog.text


@pytest.mark.parametrize(
    "address",
    ["/api/v1/scans/x", "/api/v1/applications"],
)
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer postroom_wrong", "Basic YTpi", "postroom_wrong"]
)
def test_without_a_good_key_nothing_is_told(
    client: FlaskClient, address: str, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = client.get(address, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="postroom"'


def test_a_key_opens_only_what_its_scope_says(
    client: FlaskClient, station: dict[str, str], register: dict[str, str]
) -> None:
    assert problem(client.get("/api/v1/applications", headers=station), 403, "wrong_scope")
    assert problem(client.post("/api/v1/scans", data=PDF, headers=register), 403, "wrong_scope")


def test_a_revoked_key_is_refused_at_once(
    house: House, client: FlaskClient, station: dict[str, str]
) -> None:
    keys.revoke(house.services, "station-1")
    assert problem(client.post("/api/v1/scans", data=PDF, headers=station), 401, "unknown_key")


def test_only_the_digest_of_a_key_is_kept(house: House) -> None:
    key = keys.new(house.services, "both", ("scan", "deliver"))
    with house.services.database.reading() as connection:
        row = key_rows.named(connection, "both")
    assert row is not None
    assert key not in str(row)
    found = keys.caller(house.services, key)
    assert found is not None
    assert (found.actor, found.scopes) == ("key:both", {"scan", "deliver"})


@pytest.mark.parametrize(
    ("name", "scopes"), [("x", ("scan",)), ("Ü", ("scan",)), ("ok-name", ()), ("ok", ("all",))]
)
def test_a_bad_name_or_scope_makes_no_key(house: House, name: str, scopes: Any) -> None:
    with pytest.raises(BadKey):
        keys.new(house.services, name, scopes)


def test_names_of_keys_are_taken_once_and_listed(house: House) -> None:
    keys.new(house.services, "station-1", ("scan",))
    with pytest.raises(BadKey, match="already a key"):
        keys.new(house.services, "station-1", ("scan",))
    keys.revoke(house.services, "station-1")
    (line,) = keys.every(house.services)
    assert (line.name, line.scopes, line.revoked_at) == ("station-1", ("scan",), house.clock())
    with pytest.raises(NotFound):
        keys.revoke(house.services, "nobody")


def test_applications_are_pulled_and_acknowledged(
    house: House, client: FlaskClient, register: dict[str, str]
) -> None:
    application_id = filed.file(house)
    delivery.run(house.services, house.claim())
    page = fits(client.get("/api/v1/applications?limit=1", headers=register), "Applications")
    (told,) = page["applications"]
    assert (told["application_id"], page["more"]) == (application_id, False)
    address = f"/api/v1/applications/{application_id}/acknowledgements"
    first = client.post(address, json={"revision": told["revision"]}, headers=register)
    again = client.post(address, json={"revision": told["revision"]}, headers=register)
    assert fits(first, "Acknowledgement")["repeated"] is False
    assert fits(again, "Acknowledgement")["repeated"] is True
    after = client.get(f"/api/v1/applications?after={page['cursor']}", headers=register)
    assert fits(after, "Applications")["applications"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [("after=nonsense", "bad_cursor"), ("limit=0", "bad_limit"), ("limit=many", "bad_limit"),
     ("limit=501", "bad_limit")],
)  # fmt: skip
def test_a_bad_cursor_or_limit_is_told(
    client: FlaskClient, register: dict[str, str], query: str, code: str
) -> None:
    assert problem(client.get(f"/api/v1/applications?{query}", headers=register), 400, code)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"revision": true}', '{"revision": 0}', "{",
                                  f'{{"revision": {10**30}}}'])  # fmt: skip
def test_an_acknowledgement_needs_a_revision(
    client: FlaskClient, register: dict[str, str], body: str
) -> None:
    answer = client.post(
        "/api/v1/applications/X/acknowledgements",
        data=body, content_type="application/json", headers=register,
    )  # fmt: skip
    assert problem(answer, 400, "bad_revision") == 'Send JSON such as {"revision": 1}.'


def test_an_unknown_application_cannot_be_acknowledged(
    client: FlaskClient, register: dict[str, str]
) -> None:
    address = "/api/v1/applications/01JC9Z6Q8W3V5K7M2N4P6R8T0A/acknowledgements"
    assert problem(client.post(address, json={"revision": 1}, headers=register), 404, "not_found")


def test_the_schema_is_served_as_deliveries_are_checked_against(client: FlaskClient) -> None:
    answer = client.get("/api/v1/schema")
    assert answer.content_type == "application/schema+json"
    Draft202012Validator.check_schema(json.loads(answer.data))


def test_health_is_told_to_anyone(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_database_that_does_not_answer_is_told(house: House, client: FlaskClient) -> None:
    house.services.close()
    for path in house.services.settings.home.glob("postroom.db*"):
        path.unlink()
    assert problem(client.get("/healthz"), 503, "no_database")


def test_a_wrong_address_or_method_is_a_problem_document_too(client: FlaskClient) -> None:
    assert problem(client.put("/api/v1/scans"), 404, "no_such_address")
    assert problem(client.get("/api/v2"), 404, "no_such_address")


def test_a_large_body_that_curl_calls_a_form_is_taken_as_the_file(
    tmp_path: Path,
) -> None:
    wide = filed.house(tmp_path / "wide")
    key = keys.new(wide.services, "station-1", ("scan",))
    answer = client_of(wide).post(
        "/api/v1/scans?station=desk-6",
        data=PDF + bytes(600_000),
        headers={"Authorization": f"Bearer {key}"},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 201
    wide.services.close()


def test_openapi_describes_just_the_routes_there_are(client: FlaskClient) -> None:
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.endpoint.startswith("api.")
        and rule.endpoint != "api.nowhere"
        and method not in ("HEAD", "OPTIONS")
    }
    described = {
        (path, method) for path, methods in DESCRIBED["paths"].items() for method in methods
    }
    assert described == served
    assert json.loads(client.get("/api/v1/openapi.json").data) == DESCRIBED


def test_every_reference_in_openapi_leads_somewhere() -> None:
    def references(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (value for key, value in part.items() if key == "$ref")
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = set(references(DESCRIBED))
    assert found
    for reference in found:
        part: Any = DESCRIBED
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
    for schema in DESCRIBED["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_mistake_in_postroom_is_a_problem_document_that_tells_nothing(
    house: House, register: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Sarah Morgan")

    monkeypatch.setattr(delivery, "pull", broken)
    client = client_of(house)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/api/v1/applications", headers=register)
    assert "went wrong here" in problem(answer, 500, "http_500")
    assert b"Sarah" not in answer.data


def test_what_is_pulled_is_the_frozen_text_byte_for_byte(
    house: House, client: FlaskClient, register: dict[str, str]
) -> None:
    bodies = [delivery.freeze(house.services, filed.file(house), 1) for _ in range(2)]
    answer = client.get("/api/v1/applications", headers=register)
    for frozen in bodies:
        assert frozen is not None
        assert frozen.body.encode() in answer.data
