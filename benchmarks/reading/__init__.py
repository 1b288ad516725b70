"""How well hand print is read: what ``make bench-reading`` measures. See ``__main__``."""
