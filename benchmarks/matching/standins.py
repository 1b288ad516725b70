"""Form packs made by code, to try matching among as many packs as a department has.

They come in families, as real forms do: one layout in English and in Welsh, and an old edition in
which one row of boxes has another length, one label other words and the last section lies lower.
All share the agency's heading, declaration and foot.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from extractors import formpack
from extractors.formpack import FormPack
from extractors.forms.draw import save

_ENGLISH = (
    "account address agent amount appointed approved authority bank birth branch business buyer "
    "certificate change charge child claim code colour company contact country date dealer delivery"
    " department details document driver employer engine entitled evidence expiry fee first form "
    "former fuel garage given holder house identity income insurance issue keeper licence local "
    "maker mark medical member model name national number occupation office order owner paid part "
    "payment period permit person place plate policy postcode premises previous purchase reason "
    "record reference refund region replacement request sale school seller service signed street "
    "tax telephone title town trade transfer type use vehicle visit witness year"
)
_WELSH = (
    "cyfrif cyfeiriad asiant swm penodwyd cymeradwy awdurdod banc geni cangen busnes prynwr "
    "tystysgrif newid tâl plentyn hawliad cod lliw cwmni cysylltu gwlad dyddiad deliwr danfon adran"
    " manylion dogfen gyrrwr cyflogwr injan hawl tystiolaeth diwedd ffi cyntaf ffurflen blaenorol "
    "tanwydd modurdy enw deiliad ty hunaniaeth incwm yswiriant rhoi ceidwad trwydded lleol "
    "gwneuthurwr marc meddygol aelod model rhif cenedlaethol swydd swyddfa gorchymyn perchennog "
    "talwyd rhan taliad cyfnod caniatâd person lle plât polisi eiddo pryniant rheswm cofnod "
    "ad-daliad rhanbarth cais gwerthiant ysgol gwerthwr gwasanaeth llofnod stryd treth teitl tref "
    "masnach trosglwyddo math defnydd cerbyd ymweliad tyst blwyddyn"
)
_WORDS = {"en": _ENGLISH.split(), "cy": _WELSH.split()}
_FIRST, _LAST, _GAP = 46.0, 236.0, 12.0  # millimetres from the top


@dataclass(frozen=True, slots=True)
class _Edition:
    """One edition of a family. ``altered``: the old one, a little different."""

    name: str
    language: str
    altered: bool = False


_EDITIONS = (_Edition("2026", "en"), _Edition("2026-cy", "cy"), _Edition("2021", "en", True))


def make(folder: Path, count: int, seed: int = 1) -> Iterator[FormPack]:
    """Draw ``count`` packs of one page or two into ``folder``. The same seed gives the same."""
    for index in range(count):
        family, edition = index // len(_EDITIONS), _EDITIONS[index % len(_EDITIONS)]
        code = f"STAND{family + 1}"
        pack = folder / f"{code}-{edition.name}"
        pack.mkdir(parents=True)
        text = _Draft(seed * 1000 + family, code, edition).toml()
        (pack / "form.toml").write_text(text, encoding="utf-8")
        save(pack)
        yield formpack.load(pack)


class _Draft:
    """``form.toml`` of one edition; the family's chance decides the layout, whatever the words."""

    def __init__(self, seed: int, code: str, edition: _Edition) -> None:
        self.code, self.edition = code, edition
        self.seed = seed
        self.layout = self.words = np.random.default_rng(seed)
        self.parts: list[str] = []
        self.fields = 0

    def toml(self) -> str:
        pages = int(self.layout.integers(1, 3))
        for page in range(1, pages + 1):
            self._page(page, pages)
        sheets = "".join(
            f'[[pages]]\nblank = "blank-{page}.png"\nsize = [210, 297]\n'
            for page in range(1, pages + 1)
        )
        status = "old" if self.edition.altered else "current"
        look = f"look = {{ lines = {int(self.layout.integers(70, 150))}, tint = 240, band = 40 }}"
        head = (
            f'code = "{self.code}"\nedition = "{self.edition.name}"\n'
            f'title = {{ en = "Stand-in" }}\nlanguage = "{self.edition.language}"\n'
            f'work_type = "trial"\nstatus = "{status}"\n{look}\n'
        )
        return head + sheets + "".join(self.parts)

    def _page(self, page: int, pages: int) -> None:
        welsh = self.edition.language == "cy"
        self.words = np.random.default_rng([self.seed, page])
        agency = "Asiantaeth Cofnodion Cerbydau" if welsh else "Vehicle Records Agency"
        self._print(page, "text", (13, 10, 120, 16), f"{agency} (specimen)")
        self._print(page, "title", (13, 18, 180, 32), self._said(3).capitalize())
        down, row = _FIRST, 0
        altered = int(self.layout.integers(2, 8))
        while down < _LAST:
            if row % 5 == 0:
                at = (10, down, 200, down + 7)
                self._print(page, "band", at, f"{row // 5 + 1} {self._said(3).capitalize()}")
                down += 10
            other = self.edition.altered and row == altered
            # Words of their own for each row, so that only an altered row has others.
            self.words = np.random.default_rng([self.seed, page, row, int(other)])
            self._row(page, down, other)
            row += 1
            down += _GAP
            if self.edition.altered and row % 5 == 0 and down > _LAST - 60:
                down += 3
        words = (
            "Rwyf yn datgan bod y manylion hyn yn gywir hyd eithaf fy ngwybodaeth."
            if welsh else "I declare that the details given here are true as far as I know."
        )  # fmt: skip
        self._print(page, "text", (13, 262, 190, 268), words)
        self._print(page, "rule", (10, 285, 200, 285.3), "")
        foot = f"{self.code} {self.edition.name}  {page} / {pages}"
        self._print(page, "small", (140, 286, 200, 290), foot)

    def _row(self, page: int, down: float, other: bool) -> None:
        kind = self.layout.choice(["comb", "comb", "two combs", "ticks", "line", "words"])
        cells, second = (int(each) for each in self.layout.integers(5, 13, 2))
        if other:
            kind, cells = "comb", cells + 3
        label = (13.0, down - 1, 54.0, down + 9)
        if kind == "words":
            self._print(page, "text", (13, down - 1, 195, down + 9), self._said(14))
        elif kind == "line":
            self._field(page, "line", label, f"box = [56, {down}, 190, {down + 8}]")
        elif kind == "ticks":
            options = ", ".join(
                f'{{ value = "{n}", label = {{ en = "{self._said(1)}" }}, '
                f"box = [{x}, {down + 1}, {x + 5}, {down + 6}] }}"
                for n, x in enumerate((56, 100))
            )
            self._field(page, "tick", label, f"options = [{options}]", kind="choice")
        else:
            rows = [(56.0, cells)]
            if kind == "two combs" and 60 + 5 * (cells + second) < 195:
                rows.append((60.0 + 5 * cells, second))
            combs = ", ".join(f"[{x}, {down}, {x + 5 * n}, {down + 7}, {n}]" for x, n in rows)
            self._field(page, "comb", label, f"combs = [{combs}]")

    def _field(
        self, page: int, way: str, label: tuple[float, ...], places: str, kind: str = "text"
    ) -> None:
        self.fields += 1
        self.parts.append(
            f'[[fields]]\nname = "f{self.fields}"\npage = {page}\nkind = "{kind}"\nway = "{way}"\n'
            f"label = {{ en = {json.dumps(self._said(2).capitalize())} }}\n"
            f"label_at = {list(label)}\n{places}\n"
        )

    def _print(self, page: int, what: str, at: tuple[float, ...], text: str) -> None:
        words = f"text = {{ en = {json.dumps(text, ensure_ascii=False)} }}\n" if text else ""
        self.parts.append(f'[[prints]]\npage = {page}\nwhat = "{what}"\nat = {list(at)}\n{words}')

    def _said(self, count: int) -> str:
        known = _WORDS[self.edition.language]
        chosen = self.words.random(count)
        return " ".join(known[int(each * len(known))] for each in chosen)
