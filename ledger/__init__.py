"""An append-only, signed, publicly checkable ledger.

`ledger.tlog` holds the formats and proofs and needs neither Django nor a database; `ledger.api` is the
front door for an application. Nothing here knows what the entries are about.
"""
