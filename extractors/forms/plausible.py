"""Answers to the fields of a form that no story is told for: by kind, words and label.

Fields of one group (``applicant.name``, ``applicant.address``) are answered by one person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from extractors import kinds
from extractors.formpack import FieldPlace, FormPack, said
from extractors.forms.people import (
    BIRTHPLACES,
    NATIONAL_INSURANCE_NUMBER,
    Answers,
    Cast,
    Person,
    Rng,
    colour,
    passport_number,
    vehicle,
    vin,
)
from extractors.kinds.positions import NotPositions, expand

_LETTER_MM = 4.0  # what a hand needs for a character on a line
_ILL = 0.05  # how often a question about health is answered with yes
_LEFT_OUT = 0.25  # how often a question that need not be answered is not
_PHRASES = (
    "AS AGREED BY TELEPHONE", "PLEASE SEE MY LETTER", "NOT KNOWN", "SAME AS LAST YEAR",
    "MOVED HOUSE IN MARCH", "TWO COPIES PLEASE", "KEPT IN A GARAGE", "NONE", "PART TIME",
    "WAITING FOR REPAIR", "BLUE BADGE HOLDER", "NO CHANGE", "SOLD", "PRIVATE USE ONLY",
)  # fmt: skip
_TRADES = ("NURSE", "TEACHER", "PLUMBER", "RETIRED", "DRIVER", "STUDENT", "BAKER", "ENGINEER")
_SIMPLER = (  # what more than positions is written as, roughly
    (r"\(\?P<\w+>", "(?:"), (r"\((?!\?)", "(?:"), (r"^\^|\$$|\\Z|\\b", ""),
    (r"\\w|(?<![\\\[])\.", "[A-Z0-9]"), (r"\\s", " "), (r"\\([.\-/()])", r"[\1]"),
    (r"(?<=[\])\w ])\*", "{0,3}"), (r"(?<=[\])\w ])\+", "{1,4}"),
)  # fmt: skip


def suits(pack: FormPack, told: Answers) -> bool:
    """Whether a story answers this form: all that is required, in the room there is."""
    for each in pack.fields:
        said = told.get(each.name)
        if each.required and each.way not in ("barcode", "printed") and not said:
            return False
        if isinstance(said, str) and each.way == "comb" and len(said) > _boxes(each):
            return False
        if isinstance(said, str) and each.kind == "choice" and said:
            if said not in {option.value for option in each.options}:
                return False
        elif isinstance(said, bool) and each.kind not in ("tick", "signature"):
            return False
    return True


def answers(pack: FormPack, rng: Rng, signed: date, cast: Cast) -> Answers:
    """An answer to every field that must be, and to most of the others; all fit their places."""
    names = [each.name for each in pack.fields if each.kind == "name"]
    car = {"mark": cast.mark(rng), "vin": vin(rng), "colour": colour(rng)}
    car["make"], car["model"] = vehicle(rng)
    wide = [page.size_mm[0] for page in pack.pages]
    form = _Form(rng, signed, cast, car, frozenset(map(_group, names)), wide)
    told: Answers = {}
    for each in pack.fields:
        left_out = not each.required and rng.random() < _LEFT_OUT
        if each.way == "barcode" or left_out:
            continue
        said = form.answer(each)
        if said:
            told[each.name] = said
    return told


@dataclass(slots=True)
class _Form:
    """One form being answered. A group of fields with a name in it (``named``) has a person of
    its own; all other groups ask about one and the same. ``wide``: each page's width, millimetres.
    """

    rng: Rng
    signed: date
    cast: Cast
    car: Mapping[str, str]
    named: frozenset[str]
    wide: Sequence[float]
    people: dict[str, Person] = field(default_factory=dict)

    def answer(self, place: FieldPlace) -> str | bool:
        """What is written; ``""`` when nothing that could be written fits."""
        if place.kind == "signature":
            return True
        if place.kind == "tick":
            return place.required or bool(self.rng.random() < 0.5)
        if place.kind == "choice":
            return self._choice(place)
        rule = kinds.rule(place)
        last = ""
        for _ in range(12):
            last = _laid(place, self._text(place), self.room(place))
            if last and rule.normal(last) is not None:
                return last
        return last if rule.normal(last) or place.kind in ("text", "name") else ""

    def room(self, place: FieldPlace) -> int:
        """How many characters there is room for on one line."""
        if place.way == "comb":
            return _boxes(place)
        share = max((line.width for line in place.lines), default=place.box.width)
        return max(2, int(share * self.wide[place.page - 1] / _LETTER_MM))

    def _choice(self, place: FieldPlace) -> str:
        values = [option.value for option in place.options]
        if {"yes", "no"} == set(values) and _group(place.name) == "health":
            return "yes" if self.rng.random() < _ILL else "no"
        title = self._who(place).title
        return title if title in values else str(self.rng.choice(values))

    def _who(self, place: FieldPlace) -> Person:
        group = _group(place.name)
        if group not in self.named:
            group = min(self.named, default="")
        if group not in self.people:
            self.people[group] = self.cast.person(self.rng)
        return self.people[group]

    def _text(self, place: FieldPlace) -> str:
        if place.kind == "digits" and "passport" in _asked(place):
            number = passport_number(self.rng)
            if re.fullmatch(place.pattern or r"\d+", number) and self.room(place) >= len(number):
                return number
        if place.pattern and place.kind in ("digits", "text"):
            return _from_pattern(place.pattern, self.rng)
        make = _BY_KIND.get(place.kind, _words)
        return make(self, place)

    def pick(self, among: tuple[str, ...]) -> str:
        return among[int(self.rng.integers(len(among)))]


def _day(form: _Form, place: FieldPlace) -> str:
    asked = _asked(place)
    if asked & {"birth", "born", "dob"}:
        day = form._who(place).born
    elif asked & {"declaration", "signed", "signature", "today"}:
        day = form.signed
    else:
        day = form.signed - timedelta(days=int(form.rng.integers(1, 400)))
    if place.way == "comb":
        return day.strftime("%d%m%Y" if _boxes(place) >= 8 else "%d%m%y")
    return day.strftime(form.pick(("%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"))).upper()


def _digits(form: _Form, place: FieldPlace) -> str:
    most = min(place.length or 6, form.room(place))
    least = max(1, round(0.6 * most))
    return "".join(
        str(d) for d in form.rng.integers(0, 10, int(form.rng.integers(least, most + 1)))
    )


def _money(form: _Form, place: FieldPlace) -> str:
    pounds = str(form.rng.integers(5, 10 ** min(4, max(form.room(place), 2))))
    return pounds if form.room(place) < 7 else f"{pounds}.{form.pick(('00', '50', '95'))}"


def _phone(form: _Form, place: FieldPlace) -> str:
    number = form._who(place).telephone
    return number if len(number) <= form.room(place) else number.replace(" ", "")


def _postcode(form: _Form, place: FieldPlace) -> str:
    code = form._who(place).address[3]
    return code if len(code) <= form.room(place) else code.replace(" ", "")


def _email(form: _Form, place: FieldPlace) -> str:
    address = form._who(place).email.upper()
    if len(address) > form.room(place):
        user = address.partition("@")[0][: max(form.room(place) - 12, 1)].rstrip("._-")
        address = f"{user}@EXAMPLE.COM"
    return address


def _insured(form: _Form, _place: FieldPlace) -> str:
    return NATIONAL_INSURANCE_NUMBER[:-1] + form.pick(tuple("ABCD"))


def _name(form: _Form, place: FieldPlace) -> str:
    who, asked = form._who(place), _asked(place)
    if place.words == "surnames" or asked & {"family", "last", "surname"}:
        return who.family
    if place.words == "forenames" or asked & {"first", "given", "forename", "forenames", "middle"}:
        return who.given
    if asked & {"title"}:
        return who.title.upper()
    if asked & {"company", "business", "firm", "organisation", "employer", "garage"}:
        return f"{who.family} & SONS LTD"
    return f"{who.given} {who.family}"


def _words(form: _Form, place: FieldPlace) -> str:
    who, asked = form._who(place), _asked(place)
    line_1, line_2, town, _ = who.address
    lists = {
        "towns": town, "streets": line_1, "makes": form.car["make"], "models": form.car["model"],
        "colours": form.car["colour"], "surnames": who.family, "forenames": who.given,
    }  # fmt: skip
    if place.words:
        return lists[place.words]
    known: tuple[tuple[set[str], str], ...] = (
        ({"town", "city"}, town), ({"make"}, form.car["make"]), ({"model"}, form.car["model"]),
        ({"colour", "color"}, form.car["colour"]), ({"title"}, who.title.upper()),
        ({"occupation", "job", "trade", "profession"}, form.pick(_TRADES)),
        ({"nationality", "country", "birthplace"}, form.pick(BIRTHPLACES)),
        ({"name", "names", "surname"}, f"{who.given} {who.family}"),
        ({"line_2", "locality", "district", "county"}, line_2 or town),
        ({"street", "line_1", "road"}, line_1),
        ({"address"}, f"{line_1}\n{town}" if len(place.lines) > 1 else f"{line_1}, {town}"),
    )  # fmt: skip
    for words, answer in known:
        if asked & words:
            return answer
    if re.search(r"\b(no|number|reference|ref)\b", " ".join(asked)):
        return f"{form.pick(('AB', 'K', 'REF'))}{form.rng.integers(1000, 999999)}"
    count = max(1, min(len(place.lines), 3))
    return "\n".join(form.pick(_PHRASES) for _ in range(count))


_BY_KIND: dict[str, Callable[[_Form, FieldPlace], str]] = {
    "date": _day, "digits": _digits, "money": _money, "phone": _phone, "postcode": _postcode,
    "email": _email, "name": _name,
    "registration_mark": lambda form, _place: form.car["mark"],
    "vin": lambda form, _place: form.car["vin"],
    "driver_number": lambda form, place: form._who(place).driver_number,
    "national_insurance_number": _insured,
}  # fmt: skip


def _group(name: str) -> str:
    return name.partition(".")[0]


def _asked(place: FieldPlace) -> set[str]:
    """The words of a field's name and label."""
    told = f"{place.name.replace('.', ' ')} {said(place.label)}".lower()
    return set(re.findall(r"[a-z][a-z_0-9]*", told)) | set(re.findall(r"[a-z]+", told))


def _boxes(place: FieldPlace) -> int:
    return sum(row.cells for row in place.combs)


def _laid(place: FieldPlace, text: str, room: int) -> str:
    """``text`` made to fit its boxes or lines: whole words while they fit, else cut off.

    ``room``: how many characters go on one line.
    """
    lines = text.split("\n")[: max(len(place.lines), 1)]
    if place.way == "comb":
        lines = [" ".join(lines)]
    fitted = []
    for line in lines:
        while len(line) > room and " " in line:
            line = line.rpartition(" ")[0].rstrip(",& ")
        fitted.append(line[:room])
    return "\n".join(fitted).strip()


def _from_pattern(pattern: str, rng: Rng) -> str:
    """A text that a regular expression of the usual sort accepts; for others, six digits."""
    try:
        ways = expand(pattern)
    except NotPositions:
        for old, new in _SIMPLER:
            pattern = re.sub(old, new, pattern)
        try:
            ways = expand(pattern)
        except NotPositions:
            ways = expand(r"\d{6}")
    way = ways[int(rng.integers(len(ways)))]
    return "".join(each[int(rng.integers(len(each)))] for each in way)
