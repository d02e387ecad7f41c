"""What carries out effects: scripts, HTTP, text. The one place where an operation meets the world."""
