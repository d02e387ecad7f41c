"""Scenarios: played, compared with what is expected, collected from files, written as tests."""
