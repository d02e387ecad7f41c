"""Translates: a request into one call of a service function, and what it returns into an answer.

Paths, field names of the wire, status codes and headers live here and nowhere else.
"""
