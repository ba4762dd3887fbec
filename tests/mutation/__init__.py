"""A mutation run on what decides: `python -m tests.mutation` breaks rules and engine one thing at a time.

`mutants.py` makes them with the operators of cosmic-ray and those of `operators.py`; `judges.py` says whether
a test notices; `survivors.yaml` says of each that none notices why it changes nothing that anybody is told.
"""
