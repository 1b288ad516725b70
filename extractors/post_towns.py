"""Which post town belongs to which postcode: enough to notice a slip, never to refuse."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_OUTWARD = Path(__file__).with_name("outward_postcodes.csv")

_AREAS = """
AB Aberdeen|AL St Albans|B Birmingham|BA Bath|BB Blackburn|BD Bradford|BH Bournemouth|BL Bolton
BN Brighton|BR Bromley|BS Bristol|BT Belfast|CA Carlisle|CB Cambridge|CF Cardiff|CH Chester
CM Chelmsford|CO Colchester|CR Croydon|CT Canterbury|CV Coventry|CW Crewe|DA Dartford|DD Dundee
DE Derby|DG Dumfries|DH Durham|DL Darlington|DN Doncaster|DT Dorchester|DY Dudley|E London
EC London|EH Edinburgh|EN Enfield|EX Exeter|FK Falkirk|FY Blackpool|G Glasgow|GL Gloucester
GU Guildford|GY Guernsey|HA Harrow|HD Huddersfield|HG Harrogate|HP Hemel Hempstead|HR Hereford
HS Stornoway|HU Hull|HX Halifax|IG Ilford|IM Isle of Man|IP Ipswich|IV Inverness|JE Jersey
KA Kilmarnock|KT Kingston upon Thames|KW Kirkwall|KY Kirkcaldy|L Liverpool|LA Lancaster
LD Llandrindod Wells|LE Leicester|LL Llandudno|LN Lincoln|LS Leeds|LU Luton|M Manchester
ME Rochester|MK Milton Keynes|ML Motherwell|N London|NE Newcastle upon Tyne|NG Nottingham
NN Northampton|NP Newport|NR Norwich|NW London|OL Oldham|OX Oxford|PA Paisley|PE Peterborough
PH Perth|PL Plymouth|PO Portsmouth|PR Preston|RG Reading|RH Redhill|RM Romford|S Sheffield
SA Swansea|SE London|SG Stevenage|SK Stockport|SL Slough|SM Sutton|SN Swindon|SO Southampton
SP Salisbury|SR Sunderland|SS Southend-on-Sea|ST Stoke-on-Trent|SW London|SY Shrewsbury
TA Taunton|TD Galashiels|TF Telford|TN Tonbridge|TQ Torquay|TR Truro|TS Middlesbrough
TW Twickenham|UB Southall|W London|WA Warrington|WC London|WD Watford|WF Wakefield|WN Wigan
WR Worcester|WS Walsall|WV Wolverhampton|YO York|ZE Lerwick
"""
AREAS: Mapping[str, str] = {
    area: town
    for area, _, town in (each.partition(" ") for each in re.split(r"[|\n]", _AREAS.strip()))
}
"""The post town each of the postcode areas is named for (London has eight)."""


def area(postcode: str) -> str:
    """The letters a canonical postcode begins with: SA of "SA6 7JL"."""
    return re.split(r"[\d ]", postcode, maxsplit=1)[0]


def belongs(town: str, postcode: str) -> bool | None:
    """Whether a town lies in the area of a canonical postcode.

    ``False`` only for a town known in other areas; ``None`` for one that is not in the list.
    """
    areas = _towns().get(_plain(town))
    return None if areas is None else area(postcode) in areas


def known_district(postcode: str) -> bool | None:
    """Whether the outward part is in the list; ``None`` where its whole area is not."""
    outward = postcode.split(" ")[0]
    if area(postcode) not in AREAS:
        return None
    return outward in _districts()


@cache
def _districts() -> frozenset[str]:
    return frozenset(outward for outward, _, _ in _rows())


@cache
def _towns() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, town in AREAS.items():
        found[_plain(town)].add(name)
    for outward, town, district in _rows():
        for each in (*re.split(r", | and ", town), district):
            found[_plain(each)].add(area(outward))
    found.pop("", None)
    return {town: frozenset(areas) for town, areas in found.items()}


def _rows() -> list[tuple[str, str, str]]:
    with _OUTWARD.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    return [(outward, town, district) for outward, town, district in rows[1:]]


def _plain(town: str) -> str:
    words = re.sub(r"[^a-z ]", "", town.casefold().replace("-", " ")).split()
    return " ".join("st" if word == "saint" else word for word in words)
