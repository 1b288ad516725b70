"""What a browser would send for the form on a page: every field as it stands."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.area = form, False, ""
        self.sent: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form
        name = given.get("name", "")
        if not self.inside or not name or tag == "button":
            return
        if tag == "textarea":
            self.area = name
            self.sent.setdefault(name, [""])
        elif given.get("type") not in ("checkbox", "radio") or "checked" in given:
            self.sent.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] = [self.sent[self.area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "form":
            self.inside = False


def filled(page: str, form: str = "return-form") -> dict[str, object]:
    """The fields of the form with this id, each with all its values."""
    reader = _Fields(form)
    reader.feed(page)
    assert reader.sent, f"no form {form} on this page"
    return dict(reader.sent)
