"""Searches of a definition, all by running it: its paths, its failures, its wrong versions, what a new one changes."""
