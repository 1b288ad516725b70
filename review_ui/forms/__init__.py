"""Forms: what the definitions are, how they look, what a scan gives, and changing them."""

from review_ui.forms import drafting, editing, looking, trying
from review_ui.forms.area import pages

__all__ = ["drafting", "editing", "looking", "pages", "trying"]
