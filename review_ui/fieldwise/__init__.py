"""One field across many applications: choose a field, decide it for twelve at a time."""

from review_ui.fieldwise import choosing, working
from review_ui.fieldwise.area import pages

__all__ = ["choosing", "pages", "working"]
