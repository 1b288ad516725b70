"""A made-up fillable form of two pages, one of them guidance, as an author would bring it."""

from __future__ import annotations

from tests.extractors.drafting.made_pdf import MadePage, made


def permit() -> bytes:
    """Page 1 holds a comb, a date, a frame, ticks and a signature; page 2 nothing to fill in."""
    return made([_form(), _guidance()])


def _form() -> MadePage:
    page = MadePage()
    page.text(15, 22, "Application for a parking permit", 20, bold=True)
    page.text(15, 34, "1 About you", 13, bold=True)
    page.text(15, 45, "Last name:")
    page.comb(60, 40, 160, 47, 20)
    page.text(15, 58, "Date of birth")
    for x0, x1, cells in ((60, 70, 2), (73, 83, 2), (86, 106, 4)):
        page.comb(x0, 53, x1, 60, cells)
    for x, caption in ((61.5, "DD"), (74.5, "MM"), (90, "YYYY")):
        page.text(x, 64, caption, 8)
    page.text(15, 76, "Postcode")
    page.box(60, 70, 100, 78)
    page.widget((60, 70, 100, 78), "/FT /Tx /T (form1[0].Text7[0]) /TU (Your postcode)")
    page.text(15, 92, "2 Your vehicle", 13, bold=True)
    page.text(15, 103, "Registration number (from the number plate)")
    page.comb(15, 106, 50, 113, 7)
    page.text(15, 126, "Is it a van?")
    for x, answer in ((60, "Yes"), (85, "No")):
        page.box(x, 122, x + 5, 127)
        page.text(x + 7, 126, answer)
    page.box(15, 136, 20, 141)
    page.text(23, 140, "I enclose a copy of the registration certificate.")
    page.text(15, 160, "Signature")
    page.box(60, 150, 130, 168)
    page.text(140, 160, "Date")
    page.widget((155, 154, 195, 162), "/FT /Tx /T (signed_on)")
    return page


def _guidance() -> MadePage:
    page = MadePage()
    for line in range(12):
        page.text(15, 30 + 6 * line, "Read these notes before you fill in the form for a permit.")
    return page
