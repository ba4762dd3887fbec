"""REST API v1: the same actions as the screens, one file per noun."""
