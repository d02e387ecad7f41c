"""Whether a server answers as the service does: exchanges played against it, and what differs. It knows no server of
ours: whatever is said to it is said over HTTP."""
