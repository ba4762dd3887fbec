"""Custody reports: blocks say what is reported, pdf draws them, seal signs the file; none imports Django."""
