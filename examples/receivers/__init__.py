"""Three webhook receivers: a right one, and two that are wrong in ways that are easy to overlook."""
