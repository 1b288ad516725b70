"""Second keying: one field at a time, keyed unseen; Enter saves it and gets the next."""

from review_ui.keying import keying
from review_ui.keying.area import pages

__all__ = ["keying", "pages"]
