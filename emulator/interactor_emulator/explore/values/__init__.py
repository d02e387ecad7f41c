"""Which values are worth trying, read from a definition itself."""
