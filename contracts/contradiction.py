"""Contradictions of the register: rows of data that say which cells cannot both be true, in words and with a way to mend them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from contracts.load import Strict, check, read_yaml
from contracts.rule import Where, placeholders


class Contradiction(Strict):
    """One check: a person (a household) that meets all of `where` is told as `fact`, with what to do."""

    check: str = Field(pattern=r"^[a-z][a-z0-9_.]*$")
    about: Literal["person", "household"]
    where: list[Where] = Field(min_length=1)
    fact: str = Field(description="Chinese; {columns} of the person or household may stand in it")
    advice: str
    source: str

    @property
    def columns(self) -> set[str]:
        """The columns that it looks at."""
        return {name for where in self.where for name in where.columns} | placeholders(self.fact)


class _Pack(Strict):
    checks: list[Contradiction]


def load_contradictions(path: Path) -> list[Contradiction]:
    """The checks of `config/contradictions.yml`; none where there is no such file. Raises `ConfigError`."""
    return check(_Pack, read_yaml(path), str(path)).checks if path.exists() else []
