"""Pictures of a definition, with or without the path that an instance took: SVG, Mermaid, DOT."""
