"""Snapshots: all that an account holds as a document, kept, put back, or given to another account."""
