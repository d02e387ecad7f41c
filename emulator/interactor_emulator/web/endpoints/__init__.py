"""The endpoints of the API, a file a resource, and the table of all of them."""
