"""A file a page: what it shows, read from the account, and what its forms do."""
