"""The checks behind `lint`, one subject a file."""
