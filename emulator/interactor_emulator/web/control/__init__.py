"""The control API: a table of what it can do, one function for each, a file a subject."""
