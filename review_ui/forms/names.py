"""What kinds, ways, states and places of forms are called, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

from extractors.formpack import Kind
from extractors.values import Way
from review_ui.forms.packs import Origin
from review_ui.words import Tag

LANGUAGES = {"en": lazy_gettext("English"), "cy": lazy_gettext("Welsh")}
WHERE: Mapping[Origin, str] = {
    "shipped": lazy_gettext("Comes with Postroom"),
    "own": lazy_gettext("Your department"),
    "other": lazy_gettext("Your department, another folder"),
    "draft": lazy_gettext("Draft"),
}
STATUS: Mapping[str, Tag] = {
    "current": Tag("good", lazy_gettext("Current")),
    "old": Tag("warn", lazy_gettext("Old")),
    "withdrawn": Tag("bad", lazy_gettext("Withdrawn")),
}
KINDS: Mapping[Kind, str] = {
    "text": lazy_gettext("text"),
    "name": lazy_gettext("name"),
    "digits": lazy_gettext("digits"),
    "date": lazy_gettext("date"),
    "postcode": lazy_gettext("postcode"),
    "registration_mark": lazy_gettext("registration mark"),
    "vin": lazy_gettext("vin"),
    "driver_number": lazy_gettext("driver number"),
    "national_insurance_number": lazy_gettext("national insurance number"),
    "phone": lazy_gettext("phone"),
    "email": lazy_gettext("email"),
    "money": lazy_gettext("money"),
    "tick": lazy_gettext("tick"),
    "choice": lazy_gettext("choice"),
    "signature": lazy_gettext("signature"),
}
WAYS: Mapping[Way, str] = {
    "comb": lazy_gettext("one character a box (comb)"),
    "line": lazy_gettext("handwriting (line)"),
    "tick": lazy_gettext("tick boxes (tick)"),
    "signature": lazy_gettext("signature"),
    "printed": lazy_gettext("printed"),
    "barcode": lazy_gettext("barcode or QR code"),
}


def kind(name: Kind) -> str:
    """'registration mark'."""
    return str(KINDS[name])
