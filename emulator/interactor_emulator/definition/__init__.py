"""Definitions: validated, advised on, and parsed into what the engine reads."""
