"""How much of a blank form a draft pack finds, against pages counted by eye."""
