"""Small fillable PDFs by code: what is printed and which fields they have is known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MM = 72 / 25.4
A4 = (210.0, 297.0)


@dataclass
class MadePage:
    """One page being made. Places in mm from the top left corner."""

    size: tuple[float, float] = A4
    drawn: list[str] = field(default_factory=list)
    widgets: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, points: float = 10, bold: bool = False) -> None:
        """Print ``words`` with their baseline at ``y``."""
        face = "F2" if bold else "F1"
        safe = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        self.drawn.append(f"BT /{face} {points} Tf {x * MM} {self._up(y)} Td ({safe}) Tj ET")

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw the edge of a box."""
        self.drawn.append(f"0.8 w {x0 * MM} {self._up(y1)} {(x1 - x0) * MM} {(y1 - y0) * MM} re S")

    def comb(self, x0: float, y0: float, x1: float, y1: float, cells: int) -> None:
        """Draw a row of equal boxes."""
        width = (x1 - x0) / cells
        for index in range(cells):
            self.box(x0 + index * width, y0, x0 + (index + 1) * width, y1)

    def widget(self, box: tuple[float, float, float, float], keys: str) -> None:
        """A fillable field. ``keys``: its PDF keys, such as ``/FT /Tx /T (name)``."""
        x0, y0, x1, y1 = box
        rect = f"[{x0 * MM} {self._up(y1)} {x1 * MM} {self._up(y0)}]"
        self.widgets.append(f"<< /Type /Annot /Subtype /Widget /F 4 /Rect {rect} {keys} >>")

    def _up(self, y: float) -> float:
        return (self.size[1] - y) * MM


def made(pages: Sequence[MadePage], parents: Sequence[str] = ()) -> bytes:
    """The PDF with these pages. ``parents``: fields that widgets name as ``/Parent @0``, ``@1``."""
    objects: list[str] = ["", "", *_FONTS]
    first_parent = len(objects) + 1
    objects += [f"<< {each} >>" for each in parents]
    page_numbers, fields = [], []
    for page in pages:
        annots = []
        for widget in page.widgets:
            for index in range(len(parents)):
                widget = widget.replace(f"@{index}", f"{first_parent + index} 0 R")
            objects.append(widget)
            annots.append(f"{len(objects)} 0 R")
        content = "\n".join(page.drawn)
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.size[0] * MM} {page.size[1] * MM}] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {len(objects)} 0 R "
            f"/Annots [{' '.join(annots)}] >>"
        )
        page_numbers.append(f"{len(objects)} 0 R")
        fields += annots
    objects[0] = (
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /DA (/F1 10 Tf) "
        f"/DR << /Font << /F1 3 0 R >> >> /Fields [{' '.join(fields)}] >> >>"
    )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(page_numbers)}] /Count {len(pages)} >>"
    return _file(objects)


_FONTS = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
)


def _file(objects: Sequence[str]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())
