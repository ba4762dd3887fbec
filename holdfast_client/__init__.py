"""A small client over the API for a terminal or a script: `bin/holdfast`. It needs no Django and no site."""
