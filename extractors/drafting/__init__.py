"""From an empty form to the draft of a form pack: ``draft`` goes through it, step by step."""
