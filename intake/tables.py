"""The tables, as SQLAlchemy 2 Core. ``migrations/`` builds the same ones; a test compares both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Moment(sa.types.TypeDecorator[datetime]):
    """A time in UTC: aware outside, without a zone in the database, so that it sorts everywhere."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


_ID = sa.String(26)
_DIGEST = sa.String(64)
_STATUS = sa.String(20)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

scans = sa.Table(
    "scans",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("sha256", _DIGEST, nullable=False, unique=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("station", sa.String(60), nullable=False),
    sa.Column("file_name", sa.String(255), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("status", _STATUS, nullable=False, index=True),
    sa.Column("code", sa.String(60), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("sides", sa.Integer, nullable=False, default=0),
    sa.Column("batch", sa.String(60), nullable=False, server_default=""),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("owner", sa.String(60), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("sha256", _DIGEST, nullable=False),
    sa.Column("scan_id", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
)

items = sa.Table(
    "items",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("scan_id", _ID, sa.ForeignKey("scans.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("status", _STATUS, nullable=False, index=True),
    sa.Column("barcode", sa.Text),
    sa.Column("code", sa.String(60), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("asked_form", sa.String(81), nullable=False, server_default=""),
    sa.Column("sensitive", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("scan_id", "position"),
)

sides = sa.Table(
    "sides",
    metadata,
    sa.Column("scan_id", _ID, sa.ForeignKey("scans.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("item_id", _ID, sa.ForeignKey("items.id"), index=True),
    sa.Column("position", sa.Integer),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("barcode", sa.Text),
    sa.Column("picture", _DIGEST, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("dpi", sa.Float, nullable=False),
    sa.Column("laid", _DIGEST),
    sa.Column("laid_width", sa.Integer, nullable=False, default=0),
    sa.Column("laid_height", sa.Integer, nullable=False, default=0),
    sa.Column("doubts", sa.JSON(none_as_null=True)),
    sa.Column("turned", sa.Integer),
)

applications = sa.Table(
    "applications",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("item_id", _ID, sa.ForeignKey("items.id"), nullable=False, unique=True),
    sa.Column("scan_id", _ID, sa.ForeignKey("scans.id"), nullable=False, index=True),
    sa.Column("status", _STATUS, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("form_code", sa.String(40), nullable=False),
    sa.Column("edition", sa.String(40), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("doubtful", sa.JSON, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("referred", sa.Boolean, nullable=False, default=False),
    sa.Column("holder", _ID, sa.ForeignKey("people.id")),
    sa.Column("lease_until", Moment),
    sa.Column("decided_at", Moment),
    sa.Column("decided_by", _ID, sa.ForeignKey("people.id")),
    sa.Column("code", sa.String(60), nullable=False, default=""),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("queue", sa.String(60), nullable=False, server_default="general"),
    sa.Column("sensitive", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("language", sa.String(5), nullable=False, server_default="en"),
    sa.Column("reserved_for", _ID),
    sa.Column("reserved_until", Moment),
    sa.Column("reserved_field", sa.String(120), nullable=False, server_default=""),
    sa.Column("whole_page", sa.Boolean, nullable=False, server_default=sa.false()),
    # The first two hold all that the queue is picked and counted by, so that no row is read for it.
    sa.Index(
        "ix_applications_queue",
        *("status", "due_on", "received_at", "id", "form_code", "queue"),
        *("sensitive", "referred", "lease_until", "reserved_until"),
    ),
    sa.Index(
        "ix_applications_counts",
        *("status", "form_code", "queue", "due_on", "referred", "sensitive", "lease_until"),
    ),
    sa.Index("ix_applications_holder", "holder", "status"),
    sa.Index("ix_applications_reserved_for", "reserved_for", "status"),
    sa.Index("ix_applications_decided", "decided_by", "decided_at"),
)

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), primary_key=True),
    sa.Column("field", sa.String(120), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("value", sa.JSON(none_as_null=True)),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("by", _ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
)

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("cursor", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("released_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("acknowledged_at", Moment),
    sa.Column("acknowledged_by", sa.String(60)),
    sa.UniqueConstraint("application_id", "revision"),
    sqlite_autoincrement=True,
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("subject", _ID, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("priority", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
    sa.Column("outages", sa.Integer, nullable=False, server_default="0"),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("lease_until", Moment),
    sa.Column("not_before", Moment),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.UniqueConstraint("step", "subject", "revision"),
    sa.Index("ix_jobs_next", "state", "step", "priority", "id"),
    sqlite_autoincrement=True,
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("subject", _ID, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("hash_prev", _DIGEST),
    sa.Column("hash", _DIGEST, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False, unique=True),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("locked_until", Moment),
    sa.Column("session", sa.Integer, nullable=False, default=0),
    sa.Column("closed_at", Moment),
    sa.Column("queues", sa.JSON(none_as_null=True)),
    sa.Column("cleared", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("preferences", sa.JSON(none_as_null=True)),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False, unique=True),
    sa.Column("digest", _DIGEST, nullable=False, unique=True),
    sa.Column("scopes", sa.String(120), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("edition", sa.String(40), primary_key=True),
    sa.Column("digest", _DIGEST, nullable=False),
    sa.Column("first_used_at", Moment, nullable=False),
)

unknown_pages = sa.Table(
    "unknown_pages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("look", _ID, nullable=False, index=True),
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), nullable=False, index=True),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("thumbnail", _DIGEST, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

rescans = sa.Table(
    "rescans",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), nullable=False, index=True),
    sa.Column("code", sa.String(60), nullable=False),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("asked_by", _ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("done_by", sa.String(80)),
    sa.Column("done_at", Moment),
    sa.Column("new_scan_id", _ID, sa.ForeignKey("scans.id")),
    sqlite_autoincrement=True,
)

keyings = sa.Table(
    "keyings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("field", sa.String(120), nullable=False),
    sa.Column("why", sa.String(10), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("first", sa.JSON(none_as_null=True)),
    sa.Column("first_by", _ID, sa.ForeignKey("people.id")),
    sa.Column("second", sa.JSON(none_as_null=True)),
    sa.Column("second_by", _ID, sa.ForeignKey("people.id")),
    sa.Column("third", sa.JSON(none_as_null=True)),
    sa.Column("third_by", _ID, sa.ForeignKey("people.id")),
    sa.Column("final", sa.JSON(none_as_null=True)),
    sa.Column("final_by", _ID, sa.ForeignKey("people.id")),
    sa.Column("outcome", sa.String(12), nullable=False, default=""),
    sa.Column("closed_at", Moment, index=True),
    sa.Column("holder", _ID, sa.ForeignKey("people.id")),
    sa.Column("lease_until", Moment),
    sa.UniqueConstraint("application_id", "revision", "field"),
    sqlite_autoincrement=True,
)

letters = sa.Table(
    "letters",
    metadata,
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("language", sa.String(5), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("written_by", _ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("approved_by", _ID, sa.ForeignKey("people.id")),
    sa.Column("approved_at", Moment),
    sa.Column("printed_at", Moment),
    sa.Column("printed_by", sa.String(80)),
    sa.Column("withdrawn_at", Moment),
    sa.Index("ix_letters_approved_at", "approved_at"),
)

reference_numbers = sa.Table(
    "reference_numbers",
    metadata,
    sa.Column("application_id", _ID, sa.ForeignKey("applications.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(60), primary_key=True),
    sa.Index("ix_reference_numbers_value", "kind", "value"),
)
