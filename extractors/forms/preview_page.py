"""``postroom forms preview``: one page that shows a form pack, with nothing beside it."""

from __future__ import annotations

import webbrowser
from base64 import b64encode
from html import escape
from pathlib import Path

import click

from extractors.formpack import BadFormPack, FieldPlace, FormPack, FormPage, load
from extractors.forms import preview

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_STYLE = """
body { font: 16px/1.4 sans-serif; color: #0b0c0c; margin: 24px auto; max-width: 1100px; padding: 0 16px; }
.form-picture { display: block; width: 100%; height: auto; border: 1px solid #5f6a70; margin: 0 0 24px; }
ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 6px; }
li, .kind { color: #fff; padding: 2px 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid #c2c8cc; vertical-align: top; font-weight: 400; }
thead th { border-bottom: 2px solid #0b0c0c; font-weight: 700; }
"""  # noqa: E501


@click.command("preview")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. Otherwise CODE-EDITION.html here.",
)
@click.option("--anchors", is_flag=True, help="Show the print that pages are laid by as crosses.")
@click.option("--open", "opens", is_flag=True, help="Show it in your browser as well.")
def preview_command(folder: Path, out: Path | None, anchors: bool, opens: bool) -> None:
    """Write a page that shows the form pack in FOLDER with every field drawn and named.

    The page needs nothing beside it: send it to a colleague, or print it.
    """
    try:
        pack = load(folder)
        page = html(pack, anchors)
    except BadFormPack as error:
        raise click.ClickException(str(error)) from None
    out = out or Path(f"{pack.code}-{pack.edition}.html")
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}. Nothing is written.") from None
    pages = "1 page" if len(pack.pages) == 1 else f"{len(pack.pages)} pages"
    click.echo(f"{pages}, {len(pack.fields)} fields of {pack.code}: {out}")
    if opens:
        webbrowser.open(out.absolute().as_uri())


def html(pack: FormPack, anchors: bool = False) -> str:
    """The whole page, with its pictures in it. Raises ``BadFormPack`` for a bad picture.

    ``anchors``: with a cross where print tells scans of the page where they lie.
    """
    name = f"{pack.code} {pack.edition}"
    used = [kind for kind in preview.COLOURS if any(f.kind == kind for f in pack.fields)]
    legend = "".join(f"<li {_tint(kind)}>{escape(preview.words(kind))}</li>" for kind in used)
    pages = "".join(
        f"<h2>Page {page.number} of {len(pack.pages)}</h2>{_picture(pack, page, anchors)}"
        for page in pack.pages
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(name)}</title><style>{_STYLE}{_tints()}</style></head><body><main>"
        f"<h1>{escape(name)}: {escape(pack.called)}</h1>"
        f"<p>{len(pack.fields)} fields. Colours tell the kind of value:</p><ul>{legend}</ul>"
        f"{pages}<h2>Fields</h2>{_table(pack)}</main></body></html>\n"
    )


def _tint(kind: str) -> str:
    return f'class="kind kind-{kind}"'


def _tints() -> str:
    return "".join(
        f".kind-{kind} {{ background: {colour}; }}\n" for kind, colour in preview.COLOURS.items()
    )


def _picture(pack: FormPack, page: FormPage, anchors: bool) -> str:
    try:
        data = page.blank.read_bytes()
        size = preview.page_size(page)
        crosses = _crosses(pack, page.number) if anchors else ()
    except OSError as error:
        raise BadFormPack(
            f"{page.blank}: cannot be opened as a picture: {error.strerror or error}"
        ) from None
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    if kind is None:
        raise BadFormPack(f"{page.blank}: neither PNG nor JPEG. Save the picture as PNG.")
    address = f"data:{kind};base64,{b64encode(data).decode('ascii')}"
    marks = preview.field_marks(pack, page.number)
    title = f"Page {page.number} with its fields; the table below names them all"
    return preview.svg(size, address, marks, title, crosses)


def _crosses(pack: FormPack, page: int) -> tuple[tuple[float, float], ...]:
    """The anchors of a page in tenths of a millimetre. Raises ``OSError``: a bad picture."""
    from extractors.packs.anchors import anchors  # loads OpenCV

    return tuple((10 * x, 10 * y) for x, y in anchors(pack, page).places)


def _table(pack: FormPack) -> str:
    heads = ("No.", "Name", "Label", "Label in Welsh", "Kind", "Way", "Page", "Must be filled in")
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    numbers = preview.numbered(pack)
    rows = "".join(_row(field, numbers[field.name]) for field in pack.fields)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Fields"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(field: FieldPlace, number: int) -> str:
    boxes = sum(row.cells for row in field.combs)
    way = f"{field.way}, {boxes} boxes" if boxes else field.way
    cells = (
        field.label.get("en", ""),
        field.label.get("cy", ""),
        preview.words(field.kind),
        way,
        str(field.page),
        "yes" if field.required else "no",
    )
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><td>{number}</td><th scope="row">{escape(field.name)}</th>{told}</tr>'
