"""What an author posts becomes a form pack: checked first, then written whole or not at all.

Paths are made of a checked code and edition only; pictures come from the pack that was opened,
never from what was posted.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from extractors.formpack import BadFormPack, load
from extractors.packs import blank_pictures, sense
from extractors.packs.mistake import KeyPath, Slip
from extractors.packs.structure import examine
from extractors.packs.toml_text import form_text
from extractors.packs.written import Source, Written
from review_ui.forms.packs import Entry, definition, folder_name

_NAME = "form.toml"
NOTES = "#"
"""The key of a field under which the editor keeps notes; no form.toml has it."""
_UNFINISHED = ".saving"
_DEEPEST = 12  # of what is posted; a definition has 5
_MOST_FIELDS, _MOST_BOXES = 2000, 5000  # far above any form; more would take minutes to check
_TOO_MANY = lazy_gettext("It has more fields or boxes than can be saved here. Take some away.")
_NO_NAME = lazy_gettext(
    "An edition is named with letters, figures, dots and hyphens, such as 2027-04. "
    "It begins with a letter or figure."
)


class Mistakes(Exception):
    """The posted definition cannot be used; ``slips`` says everything that is wrong."""

    def __init__(self, slips: Sequence[Slip]) -> None:
        super().__init__(len(slips))
        self.slips = tuple(slips)


class CannotSave(Exception):
    """It cannot be saved there; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked definition, the pictures of its blanks by their names in the pack, and the notes
    of what is still to be looked at, by the number of the field."""

    form: Mapping[str, Any]
    blanks: Mapping[str, Path]
    notes: Mapping[int, Sequence[str]]

    @property
    def text(self) -> str:
        return form_text(self.form, self.notes)

    @property
    def name(self) -> str:
        """The name of its folder."""
        name = folder_name(self.form["code"], self.form["edition"])
        assert name is not None, "checked() made sure"
        return name


def posted(data: bytes) -> object:
    """What a browser sent. Raises ``Mistakes``."""
    try:
        found: object = json.loads(data, parse_constant=_no_number)
        flat = _depth(found) <= _DEEPEST
    except (ValueError, RecursionError):
        flat = False
    if not flat:
        raise Mistakes([Slip((), _("This could not be read. Load the page again."))])
    return found


def checked(base: Entry, given: object, edition: str = "") -> Draft:
    """``given`` as an edition of the form ``base``: its own, if none is named.

    Raises ``Mistakes``. Its code and pages are those of ``base``, whatever is given.
    """
    if not isinstance(given, dict) or base.pack is None:
        raise Mistakes([Slip((), _("This could not be read. Load the page again."))])
    code, name = base.pack.code, edition or base.pack.edition
    if folder_name(code, name) is None:
        raise Mistakes([Slip(("edition",), str(_NO_NAME))])
    written = definition(base)["pages"]
    blanks: dict[str, Path] = {}
    pages = []
    for page, own in zip(written, base.pack.pages, strict=True):
        blanks[own.blank.name] = own.blank
        pages.append({**page, "blank": own.blank.name})
    form = {"code": code, "edition": name, **given}
    form |= {"code": code, "edition": name, "pages": pages}
    form.pop("like", None)
    notes = _without_notes(form)
    if _too_many(form.get("fields")):
        raise Mistakes([Slip((), str(_TOO_MANY))])
    _definition, slips = examine(form)
    if slips:
        raise Mistakes(slips)
    draft = Draft(form, blanks, notes)
    try:
        draft.text.encode("utf-8")
    except UnicodeEncodeError:
        words = _("A text has characters that cannot be saved. Type it again.")
        raise Mistakes([Slip((), words)]) from None
    return draft


def weighed(draft: Draft, base: Entry) -> tuple[Slip, ...]:
    """What is wrong, or doubtful, with a definition that can be used, as ``forms check`` tells it.

    The blank's picture is looked at as well: whether printed boxes stand where the rows are.
    """
    path = base.folder.parent / draft.name / _NAME
    found = Written(Source(path, "", dict(draft.form)))
    return (*sense.slips(found), *blank_pictures.slips(found, base.folder))


def refuse_mistakes(draft: Draft, base: Entry) -> None:
    """Raise ``Mistakes`` for what may not go into use, though it could be loaded."""
    wrong = [each for each in weighed(draft, base) if each.gravity == "mistake"]
    if wrong:
        raise Mistakes(wrong)


def zipped(draft: Draft) -> bytes:
    """The pack as a ZIP file with its folder in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{draft.name}/{_NAME}", draft.text)
        for name, path in draft.blanks.items():
            archive.writestr(f"{draft.name}/{name}", path.read_bytes())
    return data.getvalue()


def write_new(place: Path, draft: Draft) -> Path:
    """A new folder in ``place``. Raises ``CannotSave`` when there is one, or it cannot be used."""
    target = place / draft.name
    if target.exists():
        raise CannotSave(_taken(draft))
    # A folder that holds the unfinished ones: who looks for packs in ``place`` does not see them.
    unfinished = place / _UNFINISHED
    unfinished.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=unfinished))
    try:
        _fill(made, draft)
        try:
            os.rename(made, target)
        except OSError:
            if not target.exists():
                raise
            raise CannotSave(_taken(draft)) from None
        _settle(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)
        with suppress(OSError):
            unfinished.rmdir()
    return target


def _taken(draft: Draft) -> str:
    told = _("There is a folder %(name)s already. Give the edition another name.", name=draft.name)
    return str(told)


def write_change(folder: Path, draft: Draft) -> None:
    """The definition of the pack in ``folder``, replaced at once. Raises ``CannotSave``."""
    with tempfile.TemporaryDirectory(prefix="postroom-") as trial:
        _fill(Path(trial), draft)
    for name, path in draft.blanks.items():
        if not (folder / name).exists():
            _keep(folder / name, path.read_bytes())
    _keep(folder / _NAME, draft.text.encode("utf-8"))
    _settle(folder)


def mistake(slip: Slip) -> dict[str, Any]:
    """A slip as the editor shows it: which field (from 0), which key, in words."""
    at: KeyPath = slip.at
    in_field = len(at) > 1 and at[0] == "fields" and isinstance(at[1], int)
    key = at[2:] if in_field else at
    return {
        "field": at[1] if in_field else None,
        "key": ".".join(str(each + 1 if isinstance(each, int) else each) for each in key),
        "words": slip.words[:1].upper() + slip.words[1:],
        "warning": slip.gravity != "mistake",
    }


def _without_notes(form: dict[str, Any]) -> dict[int, list[str]]:
    """Take the notes out of posted fields, where the editor keeps them."""
    notes: dict[int, list[str]] = {}
    fields = form.get("fields")
    for number, field in enumerate(fields if isinstance(fields, list) else []):
        given = field.pop(NOTES, None) if isinstance(field, dict) else None
        if isinstance(given, list):
            notes[number] = [each for each in given if isinstance(each, str)]
    return notes


def _too_many(fields: object) -> bool:
    if not isinstance(fields, list):
        return False
    given = [value for each in fields if isinstance(each, dict) for value in each.values()]
    boxes = sum(len(each) for each in given if isinstance(each, list))
    return len(fields) > _MOST_FIELDS or boxes > _MOST_BOXES


def _fill(folder: Path, draft: Draft) -> None:
    """All files of a pack, and a look whether it can be used. Raises ``CannotSave``."""
    for name, path in draft.blanks.items():
        _keep(folder / name, path.read_bytes())
    _keep(folder / _NAME, draft.text.encode("utf-8"))
    try:
        load(folder)
    except BadFormPack as error:
        raise CannotSave(str(error).replace(f"{folder}/", "")) from None


def _keep(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all, even when the power goes."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _settle(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")
