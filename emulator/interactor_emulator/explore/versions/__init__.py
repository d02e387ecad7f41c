"""Other versions of a definition: wrong ones that tests should notice, new ones and what they change."""
