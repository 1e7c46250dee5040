"""The desk's tables through time. A revision that is out is never changed: what comes later is a revision of its own.

`HEAD` is the newest; a test holds it to the files under `versions/`.
"""

HEAD = "0003"
VERSION_TABLE = "alembic_version"
