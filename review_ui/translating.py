"""Gather the texts of the pages into the Welsh catalogue, and compile it: ``make translations``.

New texts come in without Welsh, texts that are gone go out. Says what still lacks Welsh.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PAGES = Path(__file__).parent
HERE = PAGES / "translations"
PO = HERE / "cy" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"silent": "false"}}
_HEADER = """\
# The Welsh of Postroom's pages; see docs/translate.md.
msgid ""
msgstr ""
"Project-Id-Version: Postroom\\n"
"Language: cy\\n"
"Plural-Forms: nplurals=5; plural=(n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 0);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "mark": None}


def gathered() -> Catalog:
    """Every text that is marked in the pages' templates and modules."""
    found = Catalog(charset="utf-8")
    for name, line, text, comments, context in extract_from_dir(
        PAGES, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    ):
        found.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return found


def translated() -> Catalog:
    """The Welsh catalogue as it is written."""
    with PO.open("rb") as file:
        return read_po(file, locale="cy", charset="utf-8")


def compiled(catalogue: Catalog) -> bytes:
    """What gettext reads at run time; the same bytes whenever the texts are the same."""
    data = BytesIO()
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    write_mo(data, catalogue)
    return data.getvalue()


def lacking(catalogue: Catalog) -> list[str]:
    """The texts without Welsh, or with a guess that nobody has looked at."""
    return [
        str(each.id)
        for each in catalogue
        if each.id and (each.fuzzy or not each.string or not all(_strings(each.string)))
    ]


def _strings(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def main() -> None:
    catalogue = translated()
    catalogue.update(gathered(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with PO.open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, catalogue, 100, omit_header=True, sort_output=True, include_lineno=False)
    MO.write_bytes(compiled(translated()))
    missing = lacking(catalogue)
    for text in missing:
        print(f"No Welsh yet: {text}")
    print(f"{len(catalogue)} texts, {len(missing)} of them without Welsh. See docs/translate.md.")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
