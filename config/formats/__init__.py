"""Date and number formats per language: a custody record shows one unambiguous date."""
