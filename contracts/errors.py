"""The errors that a county officer may read.

Every message names the thing, the place and the way out. `HeldFeed` stops one feed and lets the others go on; `ConfigError`
stops the run before it starts. No message ever carries a value of a cell: names, numbers and texts of people stay out of logs.
"""

from __future__ import annotations


class HulianError(Exception):
    """Base of all errors that are meant for people; its text is shown without a traceback."""


class ConfigError(HulianError):
    """A file under `config/` cannot be used as it stands."""


class HeldFeed(HulianError):
    """A feed is broken as a whole for one month: it is held, and the other feeds go on."""
