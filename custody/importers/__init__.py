"""Readers of outside formats: each parses one format and writes nothing.

What they return is plain, frozen data; ``custody.actions.imports`` decides what of it becomes rows and
entries.
Three promises hold for every reader:

1. The only I/O is on the file handed in.
2. A file that cannot be read as a whole raises `ImportFileError`, before anything is handed out.
3. A record that cannot be taken is a `Rejected` with its position and a reason in both languages; the others
   go in.
"""

from custody.importers.problem import ImportFileError, Rejected

__all__ = ["ImportFileError", "Rejected"]
