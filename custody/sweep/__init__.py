"""Look through a computer's files for registered items, without a server: `python -m custody.sweep`.

A sweep list holds a keyed digest (HMAC-SHA256 under the list's own key) of the SHA-256 of each registered
item, and nothing else about it: who finds a list learns neither what is registered nor its hashes, and can
only tell whether a file that lies before them is on it. The result names what was found, what could not be
read, and how much was looked at, under a seal of the same key, so that a result that was changed or cut off
by accident is not taken for whole.
"""
