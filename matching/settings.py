"""`config/matching.yml`: what a county decides about linking, and what is assumed where nothing can be measured."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from contracts.load import Strict, check, read_yaml

# The fields of a comparison and their levels, best first. Codes in vectors are positions in these tuples; -1 is "cannot be compared".
LEVELS: dict[str, tuple[str, ...]] = {
    "name": ("equal", "homophone", "near", "part", "one", "surname", "other"),
    "birth": ("equal", "slip", "year", "near_age", "other"),
    "age": ("same", "near", "far"),
    "sex": ("same", "other"),
    "place": ("village", "town", "other"),
    "town": ("same", "other"),  # where the row names no village
    "group": ("same", "other"),
    "phone": ("same", "household", "other"),
    "company": ("number", "name", "other"),
    "head": ("head", "other"),
}


class Prior(Strict):
    """Shares of each level among true pairs, assumed before they are measured; those of one field add up to 1."""

    in_register: float = Field(gt=0, lt=1)
    name: dict[str, float]
    birth: dict[str, float]
    age: dict[str, float]
    sex: dict[str, float]
    place: dict[str, float]
    town: dict[str, float]
    group: dict[str, float]
    phone: dict[str, float]
    company: dict[str, float]
    head: dict[str, float]
    id: dict[str, float]
    id_relative: float = Field(gt=0, lt=0.5)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for field, levels in LEVELS.items():
            shares = self.shares(field)
            if tuple(shares) != levels:
                raise ValueError(f"prior.{field} needs exactly the levels {', '.join(levels)}, in this order")
            if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) <= 0:
                raise ValueError(f"the shares of prior.{field} must be positive and add up to 1")
        return self

    def shares(self, field: str) -> dict[str, float]:
        """The assumed shares of one field, by level."""
        shares: dict[str, float] = getattr(self, field)
        return shares


class MatchingSettings(Strict):
    """`matching.yml`. Probabilities are of the household being right."""

    max_wrong_links: float = Field(gt=0, lt=0.5)
    link_from: float = Field(gt=0.5, lt=1)
    margin: float = Field(ge=0, lt=1)
    review_from: float = Field(gt=0, lt=1)
    review_candidates: int = Field(ge=1, le=20)
    block_cap: int = Field(ge=5)
    test_rows: int = Field(ge=0)
    prior_rows: float = Field(gt=0)
    prior: Prior

    @classmethod
    def load(cls, path: Path) -> MatchingSettings:
        """Read `matching.yml`; raises `ConfigError` with every field at fault."""
        return check(cls, read_yaml(path), str(path))
