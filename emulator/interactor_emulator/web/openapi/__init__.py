"""The server's own description: every path, body and answer, with examples, as OpenAPI 3.1."""
