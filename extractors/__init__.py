"""Scans in, values out: pure functions over frozen values."""
