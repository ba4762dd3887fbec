"""Who is answered what: every route and every operation, by every role, near the object and away from it."""
