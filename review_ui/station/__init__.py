"""The scanning station's pages: what arrived, what to scan again, and the letters to print."""

from review_ui.station import arrivals, letters, rescanning
from review_ui.station.area import pages

__all__ = ["arrivals", "letters", "pages", "rescanning"]
