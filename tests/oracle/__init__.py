"""A second, naive reading of the rules, made from the notes on the field alone, and a machine that plays the
product against it."""
