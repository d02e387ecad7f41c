"""Readers of the journal: none of them is called by the engine, and each can be read alone."""
