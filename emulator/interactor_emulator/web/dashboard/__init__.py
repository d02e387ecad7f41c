"""The dashboard: what the control API knows, for people to look at and to act on. Rendered here; works offline."""
