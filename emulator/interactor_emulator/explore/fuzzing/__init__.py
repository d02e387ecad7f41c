"""Cases that are made up, the failures among them, and the smallest case of each."""
