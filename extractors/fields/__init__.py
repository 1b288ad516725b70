"""What stands at each answer place of a page laid on its blank, one module a way of writing."""
