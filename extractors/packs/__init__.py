"""How a form pack is written down, and what can be wrong with one. Nothing heavy is imported."""
