"""A file per noun: what is shown of it, what its acts ask, and its operations."""
