"""The rules, one file per theme. Every file here is loaded; nothing else belongs here."""
