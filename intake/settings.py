"""One frozen ``Settings``, read once from ``POSTROOM_*`` and the data folder's ``postroom.toml``.

The environment wins over the file. Everything lies under one data folder, ``./var`` unless
``POSTROOM_HOME`` names another. A bad setting refuses to start and names its key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from extractors.formpack import SHIPPED

PREFIX = "POSTROOM_"
_SECRET = re.compile(
    r"whsec_(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
)


class CannotStart(Exception):
    """What keeps Postroom from starting: the text names the place and what to do."""


class BadSetting(CannotStart):
    """A setting that cannot be used; the text names its key and what was expected."""


class Settings(BaseModel):
    """Everything that can be set. ``None`` for a folder means: its usual place under ``home``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Path = Path("var")
    database: str = ""
    objects: Path = Path()
    bucket: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: str = Field(default="", repr=False)
    s3_secure: bool = True
    inbox: Path = Path()
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    trusted_proxies: str = "127.0.0.1,::1"
    web_threads: Annotated[int, Field(ge=1, le=64)] = 6
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    forms: tuple[Path, ...] = ()
    station: Annotated[str, Field(min_length=1, max_length=60)] = "inbox"

    limit_bytes: Annotated[int, Field(ge=1)] = 100_000_000
    limit_pages: Annotated[int, Field(ge=1)] = 500
    limit_pixels: Annotated[int, Field(ge=1)] = 40_000_000
    limit_ratio: Annotated[float, Field(ge=1)] = 25_000.0

    two_sided: bool = False
    blank_separates: bool = True

    page_seconds: Annotated[float, Field(gt=0)] = 60.0
    memory_mb: Annotated[int, Field(ge=256)] = 1536
    attempts: Annotated[int, Field(ge=1, le=50)] = 4
    delivery_attempts: Annotated[int, Field(ge=1, le=100)] = 30

    webhook_url: str = ""
    webhook_secret: str = Field(default="", repr=False)
    lease_minutes: Annotated[float, Field(gt=0)] = 10.0
    reopen_minutes: Annotated[float, Field(ge=0)] = 10.0

    letter_sender: str = "Vehicle Records Agency (specimen)|Post Room|ZZ99 1AA"
    letter_sender_cy: str = "Asiantaeth Cofnodion Cerbydau (sbesimen)|Ystafell Bost|ZZ99 1AA"
    keying_percent: Annotated[float, Field(ge=0, le=100)] = 2.0
    error_target_percent: Annotated[float, Field(gt=0, le=100)] = 0.5
    closed_days: tuple[date, ...] = ()
    browser_keeps_pictures: bool = True

    def letter_head(self, language: str) -> tuple[str, ...]:
        """The lines of the sender's name and address on letters; the first is the office."""
        told = self.letter_sender_cy if language == "cy" else self.letter_sender
        return tuple(line.strip() for line in told.split("|"))

    @property
    def form_folders(self) -> tuple[Path, ...]:
        """The folders of form packs: the shipped ones, then the departments' own.

        Their usual place counts once it is there; any other has to be there.
        """
        own = (each for each in self.forms if each != self.usual_forms or each.is_dir())
        return (SHIPPED, *own)

    @property
    def usual_forms(self) -> Path:
        """Where departments keep their form packs unless ``forms`` names other folders."""
        return self.home / "forms"

    @model_validator(mode="before")
    @classmethod
    def _places_under_home(cls, given: dict[str, Any]) -> dict[str, Any]:
        home = Path(given.get("home", "var")).absolute()
        usual = {
            "database": f"sqlite:///{home / 'postroom.db'}",
            "objects": home / "objects",
            "inbox": home / "inbox",
            "forms": (home / "forms",),
        }
        return {**usual, **given, "home": home}

    @field_validator("forms", mode="before")
    @classmethod
    def _folders(cls, given: Any) -> Any:
        return (
            [part for part in given.split(os.pathsep) if part] if isinstance(given, str) else given
        )

    @field_validator("closed_days", mode="before")
    @classmethod
    def _days(cls, given: Any) -> Any:
        return (
            [part.strip() for part in given.split(",") if part.strip()]
            if isinstance(given, str)
            else given
        )

    @field_validator("database")
    @classmethod
    def _database_is_supported(cls, given: str) -> str:
        if not given.startswith("sqlite:///"):
            raise ValueError("expected sqlite:/// and a path; no other database is supported yet")
        return given

    @field_validator("letter_sender", "letter_sender_cy")
    @classmethod
    def _sender_fits_a_letter(cls, given: str) -> str:
        lines = given.split("|")
        if len(lines) > 8 or not all(0 < len(line.strip()) <= 60 for line in lines):
            raise ValueError("expected 1 to 8 lines of up to 60 characters, with | between")
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_addresses(cls, given: str) -> str:
        try:
            return ",".join(str(ip_network(part.strip())) for part in given.split(","))
        except ValueError:
            raise ValueError("expected addresses or networks with commas between") from None

    @model_validator(mode="after")
    def _bucket_can_be_reached(self) -> Settings:
        for key in ("s3_endpoint", "s3_access_key", "s3_secret_key"):
            if self.bucket and not getattr(self, key):
                raise ValueError(f"{key}: expected a value, because bucket is set")
        return self

    @model_validator(mode="after")
    def _webhook_is_signed(self) -> Settings:
        if self.webhook_url and not self.webhook_url.startswith(("http://", "https://")):
            raise ValueError("webhook_url: expected an address that starts with https://")
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("webhook_secret: expected a secret, because webhook_url is set")
        if not all(_SECRET.fullmatch(each) for each in self.webhook_secret.split()):
            raise ValueError(
                "webhook_secret: expected whsec_ and 24 to 64 bytes in base64 (several: with "
                "spaces between); make one with: echo whsec_$(openssl rand -base64 32)"
            )
        return self


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this run. Raises ``BadSetting``."""
    set_here = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(PREFIX)
    }
    home = Path(set_here.get("home", "var"))
    path = home / "postroom.toml"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except OSError as error:
        raise BadSetting(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadSetting(f"{path}: not UTF-8. Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{path}: not valid TOML: {error}") from None
    if "home" in written:
        raise BadSetting(f"{path}: home: set POSTROOM_HOME instead; this file lies in that folder")
    try:
        return Settings.model_validate({"home": home, **written, **set_here})
    except ValidationError as error:
        raise BadSetting(_told(error, set_here, path)) from None


def _told(error: ValidationError, set_here: Mapping[str, str], path: Path) -> str:
    lines = []
    for each in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in each["loc"])
        where = f"{PREFIX}{key.upper()}" if key.split(".")[0] in set_here else f"{path}: {key}"
        lines.append(f"{where if key else 'settings'}: {each['msg']}")
    return "\n".join(lines)
