"""The scanning station's pages: what arrived, and the letters to print."""

from review_ui.station import arrivals, letters
from review_ui.station.area import pages

__all__ = ["arrivals", "letters", "pages"]
