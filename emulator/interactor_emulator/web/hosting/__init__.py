"""A server: the accounts that it hosts, their ticking time, its port."""
