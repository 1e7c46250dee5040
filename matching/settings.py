"""`config/matching.yml`: what a county decides about linking, and what is assumed where nothing can be measured."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from contracts.load import Strict, check, read_yaml
from matching.compare.vector import FIELDS
from matching.prepare.kinds import KINDS

Shares = dict[str, float]


class Prior(Strict):
    """Shares of each level among true pairs, assumed before they are measured; those of one field add up to 1."""

    in_register: float = Field(gt=0, lt=1)
    name: Shares
    birth: Shares
    age: Shares
    sex: Shares
    place: Shares
    town: Shares
    group: Shares
    phone: Shares
    company: Shares
    head: Shares
    again: Shares
    id: dict[str, Shares]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if tuple(self.id) != KINDS[1:]:
            raise ValueError(f"prior.id needs exactly the kinds {', '.join(KINDS[1:])}, in this order")
        tables = {field: self.shares(field) for field in FIELDS if field != "id"} | {f"id.{kind}": self.id[kind] for kind in self.id}
        for name, shares in tables.items():
            levels = FIELDS[name.split(".")[0]]
            if tuple(shares) != levels:
                raise ValueError(f"prior.{name} needs exactly the levels {', '.join(levels)}, in this order")
            if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) <= 0:
                raise ValueError(f"the shares of prior.{name} must be positive and add up to 1")
        return self

    def shares(self, field: str) -> Shares:
        """The assumed shares of one field, by level."""
        shares: Shares = getattr(self, field)
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
