"""Figures beside a named peer, measured in the same run: each script prints a table."""
