"""What a network, or an attacker, does: rules that a test sets, on webhooks and on calls."""
