"""The queue and the review page."""

from review_ui.desk import (
    deciding,
    earlier,
    looking,
    pictures,
    queue,
    repairing,
    rescanning,
    returning,
    review,
)
from review_ui.desk.area import pages

__all__ = [
    "deciding", "earlier", "looking", "pages", "pictures", "queue", "repairing", "rescanning",
    "returning", "review",
]  # fmt: skip
