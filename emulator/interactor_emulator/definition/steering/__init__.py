"""Which members of an input and of an answer a definition speaks of, and which values of them are worth trying."""
