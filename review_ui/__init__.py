"""The pages for reviewers, scanning operators, counter staff and supervisors."""

from review_ui.app import create_app

__all__ = ["create_app"]
