"""Great Expectations itself, as little of it as a validation needs: imported when first asked for, kept in memory, quiet.

It takes seconds and 260 MB to import, and half of that goes to pictures and statistical tests that no contract asks for.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic.v1 import PrivateAttr

QUIET = {"GX_ANALYTICS_ENABLED": "false", "GX_CLOUD_MODE": "false"}
LATER = ("altair", "scipy.stats")


class _Later(ModuleType):
    """A module that is imported when something in it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@lru_cache(maxsize=1)
def great_expectations() -> Any:
    """The library."""
    os.environ.update(QUIET)
    sys.modules.update({name: _Later(name) for name in LATER if name not in sys.modules})
    import great_expectations as gx  # noqa: PLC0415 - a second or two, only when something is to be validated

    return gx


@lru_cache(maxsize=1)
def source() -> Any:
    """The batch definition that takes frames from memory, in a context that lives in memory."""
    context = great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context.data_sources.add_pandas("memory").add_dataframe_asset("feed").add_batch_definition_whole_dataframe("whole")


@lru_cache
def settled(kind: str) -> Any:
    """The expectation of this class name, which works its configuration out once: it is asked for it a hundred times in a validation."""
    plain = getattr(great_expectations().expectations, kind)

    def configuration(self: Any) -> Any:
        if self._configuration is None:
            self._configuration = plain.configuration.fget(self)
        return self._configuration

    own = {"__module__": __name__, "_configuration": PrivateAttr(None), "configuration": property(configuration)}
    return type(plain)("Settled" + kind, (plain,), own)
