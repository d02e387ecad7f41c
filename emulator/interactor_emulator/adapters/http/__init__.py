"""Requests that leave the emulator: who may be called, what answers instead, and a record of all of it."""
