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
UNWANTED = (".unexpected_values", ".unexpected_index_query")


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
def lean(kind: str) -> Any:
    """The expectation of this class name without two things that take most of its time.

    It works its configuration out once, though it is asked for it a hundred times in a validation, and of the failing rows it wants to
    know where they are, and not what stands in them or how to ask for them again.
    """
    plain = getattr(great_expectations().expectations, kind)

    def configuration(self: Any) -> Any:
        if self._configuration is None:
            self._configuration = plain.configuration.fget(self)
        return self._configuration

    def get_validation_dependencies(self: Any, *args: Any, **kwargs: Any) -> Any:
        wanted = plain.get_validation_dependencies(self, *args, **kwargs)
        for name in wanted.get_metric_names():
            if name.endswith(UNWANTED):
                wanted.remove_metric_configuration(name)
        return wanted

    own = {
        "__module__": __name__,
        "_configuration": PrivateAttr(None),
        "configuration": property(configuration),
        "get_validation_dependencies": get_validation_dependencies,
    }
    return type(plain)("Lean" + kind, (plain,), own)
