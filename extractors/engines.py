"""Form packs and the models that read them, loaded when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from extractors import formpack
from extractors.fields.lines import LineReader
from extractors.formpack import FormPack
from extractors.handprint.recogniser import Recogniser
from extractors.matching import Matcher
from extractors.values import FormMatch

_MODELS = ("recogniser", "line_reader")  # for whatever form


@dataclass(frozen=True)
class Engines:
    """Form packs and everything that reads; models load when first needed, once a process."""

    packs: tuple[FormPack, ...]

    @staticmethod
    def load(pack_folders: Sequence[Path] = (formpack.SHIPPED,)) -> Engines:
        """Raises ``BadFormPack``."""
        return Engines(formpack.load_all(pack_folders))

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self.packs)

    @cached_property
    def recogniser(self) -> Recogniser:
        return Recogniser.load()

    @cached_property
    def line_reader(self) -> LineReader:
        return LineReader.load()

    def with_packs(self, packs: tuple[FormPack, ...]) -> Engines:
        """The same models, with other packs."""
        other = Engines(packs)
        models = {name: vars(self)[name] for name in _MODELS if name in vars(self)}
        vars(other).update(models)  # what is loaded already needs not be loaded again
        return other

    def pack(self, form: FormMatch) -> FormPack | None:
        """The pack of a form edition; ``None`` when it is not among these."""
        for pack in self.packs:
            if (pack.code, pack.edition) == (form.code, form.edition):
                return pack
        return None
