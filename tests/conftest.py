"""What holds for the whole suite."""

from __future__ import annotations

from hypothesis import settings

# A busy machine makes an example slow, not wrong.
settings.register_profile("postroom", deadline=None)
settings.load_profile("postroom")
