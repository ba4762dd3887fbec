"""Which Holdfast this is: it stands in the properties of each report, and the verifier names its own."""

VERSION = "0.4.0"
"""That of `pyproject.toml`; a test compares them."""
