"""One account of the service: its parts, what it was made with, its tokens."""
