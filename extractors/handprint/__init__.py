"""The recogniser of hand-printed characters: the model, reading with it, and training it."""
