"""Postcodes, telephone numbers and email addresses."""

from __future__ import annotations

import re

from extractors import post_towns
from extractors.kinds.positions import DIGITS, LETTERS, expand, fitting, misfit
from extractors.kinds.rule import KindRule, alphabet_of, compact, free, same

_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_UK = rf"[A-PR-UWYZ](?:\d[0-9A-HJKPSTUW]?|[A-HK-Y]\d[0-9ABEHMNPRVWXY]?){_INWARD}"
_OVERSEAS = "(?:ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA)1ZZ|GX111AA"
_POSTCODE = rf"{_UK}|GIR0AA|BF1{_INWARD}|{_OVERSEAS}|BFPO\d{{1,4}}"
_POSTCODES = expand(_POSTCODE)
_PHONES = expand(r"0[12378]\d{9}|0[18]\d{8}")
_ABROAD = r"[+](?:[1-35-9]\d|4[0-35-9])\d{6,13}"
_DIALLED = _PHONES + expand(rf"[+]44[12378]\d{{9}}|[+]44[18]\d{{8}}|{_ABROAD}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(
    rf"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*)"
    rf"@(?P<domain>{_LABEL}(?:\.{_LABEL})+)"
)


def _tidy_postcode(raw: str) -> str:
    return compact(raw.replace(".", "").replace("-", ""))


def _normal_postcode(raw: str) -> str | None:
    code = _tidy_postcode(raw)
    if not re.fullmatch(_POSTCODE, code, re.ASCII):
        return None
    return f"BFPO {code[4:]}" if code.startswith("BFPO") else f"{code[:-3]} {code[-3:]}"


def _phone_parts(raw: str) -> str:
    """Digits as dialled at home: "+44 (0)1792 960123" is 01792960123; "+353..." stays."""
    text = re.sub(r"[\s().\-–/]", "", raw.replace("(0)", ""))
    text = re.sub(r"^00(?=\d{9})|^(?=44\d{9,10}$)", "+", text)
    return re.sub(r"^\+440?", "0", text)


def _normal_phone(raw: str) -> str | None:
    text = _phone_parts(raw)
    if any(
        len(each) == len(text) and all(c in a for c, a in zip(text, each, strict=True))
        for each in _PHONES
    ):
        return "+44" + text[1:]
    return text if re.fullmatch(r"\+(?!44)[1-9][0-9]{7,14}", text) else None


def _display_phone(value: str) -> str:
    if not value.startswith("+44"):
        return value
    home = "0" + value[3:]
    if home[1] == "2":
        return f"{home[:3]} {home[3:7]} {home[7:]}"
    if re.match(r"0(?:1\d?1|[38])", home):
        return f"{home[:4]} {home[4:7]} {home[7:]}"
    return f"{home[:5]} {home[5:]}"


def _phone_meaning(value: str) -> str:
    if not value.startswith("+44"):
        return "a number abroad"
    return {"7": "a UK mobile or personal number", "8": "a UK service number"}.get(
        value[3], "a UK landline" if value[3] in "12" else "a UK-wide number"
    )


def _explain_phone(raw: str) -> str:
    if _normal_phone(raw):
        return ""
    return misfit("a UK telephone number", _phone_parts(raw), _PHONES)


def _normal_email(raw: str) -> str | None:
    """Domain in small letters; so is the part before @ when it was written in capitals."""
    local, at, domain = "".join(raw.split()).rpartition("@")
    if local.upper() == local:
        local = local.lower()
    address = f"{local}{at}{domain.lower()}"
    found = _EMAIL.fullmatch(address)
    return address if found and len(local) <= 64 and len(address) <= 254 else None


def _explain_email(raw: str) -> str:
    if _normal_email(raw):
        return ""
    address = "".join(raw.split())
    if address.count("@") != 1:
        return f"An email address has one @. This has {address.count('@') or 'none'}."
    if "." not in address.rpartition("@")[2]:
        return "The part after @ needs a full stop, as in example.com."
    return "An email address is like name@example.com: a part of it is missing or cannot be there."


def _postcode_share(value: str) -> float:
    """New districts are rare, and new areas much rarer."""
    known = value.startswith("BFPO") or post_towns.known_district(value)
    return 1.0 if known else 0.01 if known is None else 0.05


def _postcode_meaning(value: str) -> str:
    if value.startswith("BFPO"):
        return "British Forces post"
    area = post_towns.area(value)
    return f"{post_towns.AREAS.get(area, area)} area"


POSTCODE = KindRule(
    name="a postcode",
    alphabet=alphabet_of(_POSTCODES),
    normal=_normal_postcode,
    display=same,
    meaning=_postcode_meaning,
    explain=lambda raw: misfit("a postcode", _tidy_postcode(raw), _POSTCODES),
    alternatives=lambda cells: fitting(_POSTCODES, cells),
    share=_postcode_share,
)
PHONE = KindRule(
    name="a telephone number",
    alphabet=DIGITS + "+",
    normal=_normal_phone,
    display=_display_phone,
    meaning=_phone_meaning,
    explain=_explain_phone,
    alternatives=lambda cells: fitting(_DIALLED, cells),
)
EMAIL = KindRule(
    name="an email address",
    alphabet=LETTERS + DIGITS + "@.-_+'&",
    normal=_normal_email,
    display=same,
    meaning=same,
    explain=_explain_email,
    alternatives=free,
)
