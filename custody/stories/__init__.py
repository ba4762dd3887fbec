"""The demo's people, and the published stories as they play them."""
