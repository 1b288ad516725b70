"""The figures of second keying, what turned out wrong, and what a supervisor has to decide."""

from review_ui.accuracy import deciding, figures
from review_ui.accuracy.area import pages

__all__ = ["deciding", "figures", "pages"]
