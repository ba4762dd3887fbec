"""The full check of the ledger: every row, every file, byte for byte (``manage.py ledger_fsck``).

    entries.py   leaves rebuilt from their columns, chains of streams
    values.py    disclosures: digests, names, erasures
    tree.py      tiles, entry bundles, roots at every checkpoint
    notes.py     signed notes, mark, published files
    witnesses.py what witnesses signed, as it is stored
    diary.py     the journal against the database
    run.py       all of it on one snapshot, while the sealer works

A fault is named: what, where, expected, got. Nothing is repaired here.
"""
