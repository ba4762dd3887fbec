"""The peer of the web figures: the same row by a plain REST endpoint, with django-simple-history."""
