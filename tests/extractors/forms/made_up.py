"""Form packs nobody has seen before: one drawn from its definition, one a picture in pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from extractors.forms import draw

PARKING = """
code = "PK1"
edition = "2026-11"
title = { en = "Parking permit" }
work_type = "parking.permit"

[[pages]]
blank = "blank-1.png"
size = [210, 297]

[[pages]]
blank = "blank-2.png"
size = [210, 297]
"""

FIELDS = (
    # name, label, kind, way, place, other keys
    ("applicant.full_name", "Full name", "name", "comb", "combs = [[20, 20, 190, 27, 34]]", ""),
    ("applicant.surname", "Last name", "name", "comb", "combs = [[20, 30, 95, 37, 15]]",
     'words = "surnames"'),
    ("applicant.date_of_birth", "Date of birth", "date", "comb",
     "combs = [[20, 40, 30, 47, 2], [33, 40, 43, 47, 2], [46, 40, 66, 47, 4]]", ""),
    ("permit.begins", "Start date", "date", "comb", "combs = [[120, 40, 150, 47, 6]]", ""),
    ("applicant.postcode", "Postcode", "postcode", "comb", "combs = [[20, 50, 55, 57, 7]]", ""),
    ("applicant.phone", "Telephone", "phone", "comb", "combs = [[80, 50, 135, 57, 11]]", ""),
    ("applicant.email", "Email", "email", "comb", "combs = [[20, 60, 120, 67, 20]]", ""),
    ("vehicle.mark", "Registration", "registration_mark", "comb",
     "combs = [[20, 70, 55, 77, 7]]", "required = true"),
    ("vehicle.vin", "Chassis number", "vin", "comb", "combs = [[80, 70, 165, 77, 17]]", ""),
    ("driver.number", "Driver number", "driver_number", "comb",
     "combs = [[20, 80, 100, 87, 16]]", ""),
    ("applicant.insured", "Insurance", "national_insurance_number", "comb",
     "combs = [[20, 190, 65, 197, 9]]", "required = true"),
    ("fee.paid", "Amount", "money", "comb", "combs = [[120, 80, 140, 87, 4]]", ""),
    ("permit.number", "Permit", "digits", "comb", "combs = [[20, 90, 60, 97, 8]]",
     "pattern = '\\d{8}'"),
    ("permit.reference", "Reference", "text", "comb", "combs = [[80, 90, 120, 97, 8]]",
     "pattern = '[A-Z]{2}-?\\d+'"),
    ("permit.visits", "How many visits", "digits", "comb", "combs = [[140, 90, 155, 97, 3]]", ""),
    ("applicant.address", "Address", "text", "line",
     "lines = [[20, 100, 150, 109], [20, 110, 150, 119]]", ""),
    ("request.remarks", "Anything else", "text", "line", "box = [20, 125, 190, 135]", ""),
    ("request.seen", "Seen on", "date", "line", "box = [20, 140, 80, 150]", ""),
    ("request.declared", "I agree", "tick", "tick", "box = [20, 155, 25, 160]",
     "required = true"),
    ("request.zone", "Zone", "choice", "tick", "options = ["
     "{ value = 'a', label = { en = 'A' }, box = [20, 165, 25, 170] },"
     "{ value = 'b', label = { en = 'B' }, box = [40, 165, 45, 170] }]", "required = true"),
    ("office.printed", "Customer number", "digits", "printed", "box = [20, 175, 90, 183]",
     "required = true"),
    ("declaration.signature", "Signature", "signature", "signature", "box = [20, 20, 100, 36]",
     "page = 2"),
    ("form.id", "Code", "text", "barcode", "box = [170, 5, 190, 25]", "page = 2"),
)  # fmt: skip


def parking(folder: Path) -> Path:
    """A pack of two pages with a field of every kind and way, drawn into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [PARKING]
    for name, label, kind, way, place, other in FIELDS:
        told.append(
            f'[[fields]]\nname = "{name}"\nlabel = {{ en = "{label}" }}\nkind = "{kind}"\n'
            f'way = "{way}"\n{place}\n{other}\n'
        )
    (folder / "form.toml").write_text("\n".join(told), encoding="utf-8")
    draw.save(folder)
    return folder


def photographed(folder: Path) -> Path:
    """A pack measured in pixels of a picture in colour that is not as high as A4."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "form.toml").write_text(
        'code = "PX"\nedition = "1"\ntitle = { en = "Card" }\nwork_type = "vehicle.off_road"\n'
        '[[pages]]\nblank = "card.png"\nsize = [600, 400]\nunit = "px"\n'
        '[[fields]]\nname = "member.name"\nlabel = { en = "Name" }\nkind = "name"\nway = "comb"\n'
        "combs = [[50, 50, 350, 80, 15]]\nrequired = true\n",
        encoding="utf-8",
    )
    card = np.full((400, 600, 3), (250, 240, 225), np.uint8)
    card[50:80, 50:351:20] = (220, 120, 100)
    card[[50, 80], 50:350] = (220, 120, 100)
    Image.fromarray(card).save(folder / "card.png")
    return folder
