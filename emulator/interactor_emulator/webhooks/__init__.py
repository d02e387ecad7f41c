"""Webhooks: who wants to know of what, what they are told, and how often it is tried."""
