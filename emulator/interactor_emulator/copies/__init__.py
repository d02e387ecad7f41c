"""What led an instance to where it is, as texts that do it again: scenarios, tests, programs."""
