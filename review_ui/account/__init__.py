"""Log in and log out, one's own account, and what is said to everybody."""

from review_ui.account import entering, own, statement
from review_ui.account.area import EVERYBODY, pages
from review_ui.account.entering import logged_in_at

__all__ = ["EVERYBODY", "entering", "logged_in_at", "own", "pages", "statement"]
