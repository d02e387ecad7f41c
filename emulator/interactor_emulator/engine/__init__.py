"""Decides, and does nothing: no I/O, no clock, no store in here."""
