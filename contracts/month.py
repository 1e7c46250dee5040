"""The month: the one unit of time that the pipeline is partitioned by.

A `Month` is a value: it compares, counts and prints as `2026-11`. Lists *of* month 2026-11 are collected until the 5th and
screened on the 6th of the month after it.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from contracts.errors import ConfigError


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month. `Month.parse("2026-11")` and `str(month)` are inverse to each other."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`; raises `ConfigError` for anything else."""
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
        if not found:
            raise ConfigError(f"{text!r} is not a month. Write it as YYYY-MM, for example 2026-11.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def plus(self, months: int) -> Month:
        """The month that lies `months` later (earlier when negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def back_to(self, first: Month) -> list[Month]:
        """All months from `first` up to and including this one, oldest first; empty when `first` is later."""
        count = (self.year - first.year) * 12 + self.number - first.number + 1
        return [first.plus(offset) for offset in range(max(count, 0))]
