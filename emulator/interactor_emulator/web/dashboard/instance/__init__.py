"""What the page of an instance is made of: what it waits for, what was so at a moment, and how it came to be so."""
