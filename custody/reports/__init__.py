"""Custody reports: blocks say what is reported, pdf draws them, seal signs the file. None of these imports Django."""
