"""The only writers: one file per noun, one function per verb. Screens, API, importers and commands call
these."""
