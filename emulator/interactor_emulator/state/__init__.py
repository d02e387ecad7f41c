"""All that an account holds and a snapshot saves: what happened, and what is so because of it."""
