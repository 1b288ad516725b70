"""What a definition gets wrong though it can be used: told to its author, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from extractors import checks
from extractors.checks import RULES
from extractors.checks.rule import PERSON
from extractors.packs.boxes import boxes
from extractors.packs.definition import FieldKeys, PageKeys, Rectangle
from extractors.packs.mistake import KeyPath, Slip
from extractors.packs.structure import sound
from extractors.packs.written import Written

_LANGUAGES = {"en": "English", "cy": "Welsh"}
_TOUCH = 1 / 420  # of the page's width, half a millimetre on A4: boxes that so overlap only touch
_LEAST_MM = 1.5  # a smaller box is a mistake in measuring
_SHARED = 0.3  # of the smaller box: more of it over another is a mistake, not a near thing
_FEW = 5  # texts without a translation: so many are told one by one, however few the form has
_GUESSED = ("text", "name")  # kinds for which word lists help


def slips(found: Written) -> Iterator[Slip]:
    """Everything that the sound parts of a definition get wrong."""
    fields, pages = sound(found.data, "fields", FieldKeys), sound(found.data, "pages", PageKeys)
    yield from _folder(found)
    yield from _languages(found.data)
    for number, field in fields.items():
        at: KeyPath = ("fields", number)
        for key, words, gravity in boxes(field):
            yield Slip((*at, key), words, gravity)
        yield from _ways(at, field)
    for number, page in pages.items():
        yield from _too_small(fields, number + 1, page)
        yield from _overlaps(fields, number + 1, page)
    yield from _rules(found.data, fields)


def _folder(found: Written) -> Iterator[Slip]:
    code, edition = found.data.get("code"), found.data.get("edition")
    name = found.folder.resolve().name
    named = isinstance(code, str) and isinstance(edition, str) and not set(edition) & set(" /\\")
    if named and name != f"{code}-{edition}":
        words = f"the folder is called {name}. Call it {code}-{edition}, so that it is found."
        key = "edition" if "edition" in found.own.data else "code"
        yield Slip((key,), words, "warning")


def _languages(data: Mapping[str, Any]) -> Iterator[Slip]:
    """Texts that are not there in one language; told once when none is, or when most are not."""
    texts: list[tuple[KeyPath, Any]] = [(("title",), data.get("title"))]
    for number, field in enumerate(_tables(data, "fields")):
        at: KeyPath = ("fields", number)
        texts += [((*at, key), field.get(key)) for key in ("label", "hint")]
        texts += [
            ((*at, "options", index, "label"), option.get("label"))
            for index, option in enumerate(_tables(field, "options"))
        ]
    texts = [(at, words) for at, words in texts if isinstance(words, dict) and words]
    for key, name in _LANGUAGES.items():
        lacking = [at for at, words in texts if not words.get(key)]
        if texts and len(lacking) == len(texts):
            words = f"no text of this form is in {name}. Reviewers are shown the other language."
            yield Slip(texts[0][0], words, "warning")
        elif len(lacking) > max(_FEW, len(texts) / 2):
            words = (
                f"{len(lacking)} of {len(texts)} texts are not in {name}; this is the first. Add "
                "them, or leave them: reviewers are shown the other language."
            )
            yield Slip(lacking[0], words, "warning")
        else:
            yield from (Slip(at, f"there is no {name} text. Add it.", "warning") for at in lacking)


def _tables(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The entries of a list of tables, well formed or not; an empty table for anything else."""
    given = data.get(key)
    entries = given if isinstance(given, list) else []
    return [each if isinstance(each, dict) else {} for each in entries]


def _ways(at: KeyPath, field: FieldKeys) -> Iterator[Slip]:
    """A kind that is not written that way, and keys that say nothing here."""
    way, kind = field.way, field.kind
    if kind in ("tick", "choice") and way != "tick":
        yield Slip((*at, "way"), f"a {kind} is ticked: way = 'tick'.")
    elif way == "tick" and kind not in ("tick", "choice"):
        yield Slip((*at, "kind"), "what is ticked is a 'tick', or a 'choice' of several.")
    if (kind == "signature") != (way == "signature"):
        yield Slip((*at, "kind"), "a signature has both kind and way 'signature'.")
    if field.options and kind != "choice":
        yield Slip((*at, "options"), "only a choice has options: kind = 'choice'.")
    for key, own in (("combs", "comb"), ("lines", "line")):
        if getattr(field, key) and way != own:
            yield Slip((*at, key), f"{key} are read only where way = '{own}'.")
    if field.words and kind not in _GUESSED:
        words = f"a list of words helps with text and names only, not with {kind!r}."
        yield Slip((*at, "words"), words, "warning")
    if field.length and kind != "digits":
        words = f"a length says something of digits only, not of {kind!r}. Use a pattern."
        yield Slip((*at, "length"), words, "warning")


def _too_small(fields: Mapping[int, FieldKeys], page: int, size: PageKeys) -> Iterator[Slip]:
    """Rows of boxes that nobody can write in: too many are counted, or a corner is wrong."""
    scale = size.size_mm[0] / size.size[0]
    for number, field in fields.items():
        for index, (x0, y0, x1, y1, count) in enumerate(field.combs):
            wide, high = (x1 - x0) / count * scale, (y1 - y0) * scale
            if field.page == page and 0 < min(wide, high) < _LEAST_MM:
                words = (
                    f"each of these {count} boxes is {wide:.2g} by {high:.2g} mm, too small to "
                    "write in. Measure the row and count its boxes again."
                )
                yield Slip(("fields", number, "combs", index), words)


def _overlaps(fields: Mapping[int, FieldKeys], page: int, size: PageKeys) -> Iterator[Slip]:
    """Boxes of one page that lie over each other, told at the later one."""
    places: list[tuple[FieldKeys, KeyPath, Rectangle]] = [
        (field, ("fields", number, *key), box)
        for number, field in fields.items() if field.page == page
        for key, box in _written_in(field)
    ]  # fmt: skip
    touch = size.size[0] * _TOUCH
    told: set[KeyPath] = set()
    for (field, at, box), (second, place, other) in combinations(places, 2):
        across = min(box[2], other[2]) - max(box[0], other[0])
        down = min(box[3], other[3]) - max(box[1], other[1])
        if min(across, down) > touch and place not in told:
            told.add(place)
            whose = "another of this field" if field is second else f"that of {field.name!r}"
            words = (
                f"this box lies over {whose} ({_entry(at)}), by {across:.3g} by {down:.3g} "
                f"{size.unit}. Measure both again."
            )
            yield Slip(place, words, "mistake" if _mostly(box, other) else "warning")


def _mostly(box: Rectangle, other: Rectangle) -> bool:
    """Whether two boxes share so much that what is written in one is read in the other."""
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    least = min((each[2] - each[0]) * (each[3] - each[1]) for each in (box, other))
    return across * down > _SHARED * least


def _entry(at: KeyPath) -> str:
    """The last part of a place: ``combs[2]``, ``options[1]`` or ``box``."""
    return f"{at[2]}[{at[3] + 1}]" if len(at) > 3 and isinstance(at[3], int) else f"{at[2]}"


def _written_in(field: FieldKeys) -> Sequence[tuple[KeyPath, Rectangle]]:
    """The boxes people write in; the ``box`` round them does not count beside them."""
    rows: list[tuple[KeyPath, Rectangle]] = [
        *((("combs", number), row[:4]) for number, row in enumerate(field.combs)),
        *((("options", number, "box"), each.box) for number, each in enumerate(field.options)),
        *((("lines", number), line) for number, line in enumerate(field.lines)),
    ]
    return rows or ([(("box",), field.box)] if field.box else [])


def _rules(data: Mapping[str, Any], fields: Mapping[int, FieldKeys]) -> Iterator[Slip]:
    rules = data.get("rules")
    given = rules if isinstance(rules, list) else []
    names = [each.name for each in fields.values()]
    for number, rule in enumerate(given):
        if not isinstance(rule, str):
            continue
        if rule not in RULES:
            words = f"Postroom knows no rule {rule!r}. It knows {', '.join(sorted(RULES))}."
            yield Slip(("rules", number), words)
        elif rule in given[:number]:
            yield Slip(("rules", number), f"rule {rule!r} is listed twice.", "warning")
        elif not any(checks.sets(RULES[rule], names)):
            asks = " or ".join(
                " with ".join(each.replace(PERSON, "applicant.") for each in ask)
                for ask in RULES[rule].asks
            )
            words = (
                f"rule {rule} compares what this form does not ask for by these names: {asks}. "
                "Name the fields so, or take the rule away."
            )
            yield Slip(("rules", number), words, "warning")
