"""Reading configuration: YAML in, a checked model out, and one kind of error.

A mistake in a YAML file is answered with file, field and what was expected, never with a traceback of the parser.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.errors import ConfigError


class Strict(BaseModel):
    """Base of all configuration models: unknown fields are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# The safe loader in C, ten times as fast, where PyYAML was built with it; forty contracts are read at every start.
SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_yaml(path: Path) -> Any:
    """The content of one YAML file; raises `ConfigError` when it is missing or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - it is a safe loader
    except FileNotFoundError as missing:
        raise ConfigError(f"{path}: there is no such file.") from missing
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise ConfigError(f"{path}: this is not readable as YAML in UTF-8 ({broken}).") from broken


def check(model: type[ModelT], content: Any, where: str) -> ModelT:
    """`content` as a `model`; raises `ConfigError` that lists every field at fault with the place `where` it stands."""
    try:
        return model.model_validate(content)
    except ValidationError as invalid:
        faults = "\n".join(
            f"  {'.'.join(str(part) for part in fault['loc']) or '(whole file)'}: {fault['msg']}"
            for fault in invalid.errors(include_url=False, include_input=False)
        )
        raise ConfigError(f"{where}: {invalid.error_count()} field(s) cannot be used:\n{faults}") from None
