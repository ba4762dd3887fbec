"""Holdfast's rule book: facts and a regime pack in, a decision out. No Django, no clock, no database.

``facts`` is what a rule may know, ``regime`` the pack of a jurisdiction, ``rule`` the registry, ``engine``
the one ``decide()``; each file under ``rules`` holds the rules of one theme.
"""
