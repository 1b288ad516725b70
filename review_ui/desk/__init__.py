"""The queue and the review page."""

from review_ui.desk import deciding, looking, pictures, queue, review
from review_ui.desk.area import pages

__all__ = ["deciding", "looking", "pages", "pictures", "queue", "review"]
