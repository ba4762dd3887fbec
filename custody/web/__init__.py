"""Screens: they read what a person may see, and call actions; they write nothing themselves."""
