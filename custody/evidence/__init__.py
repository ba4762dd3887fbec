"""Evidence files: kept encrypted outside the database, and drawn as page images by a worker apart.

Nothing here knows Django or the database: bytes come in and go out, the folders are arguments.
"""
