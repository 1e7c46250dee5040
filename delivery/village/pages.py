"""The pages of one village, described once for its workbook and its PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.county import County
from contracts.month import Month
from delivery.village.cover import cover_page
from delivery.village.form import FormData, form_page
from delivery.village.handout import Village
from delivery.village.page import Page


@dataclass(frozen=True)
class Pages:
    """What a village gets in a month, the office it comes from, and the 核对码 of what it is a part of."""

    village: Village
    month: Month
    county: County
    code: str = ""

    @cached_property
    def cover(self) -> Page:
        """The first page."""
        return cover_page(self.village, self.month, self.county)

    @cached_property
    def forms(self) -> Sequence[Page]:
        """A visit form a lead, in the order of the village's leads."""
        facts, members = self.village.facts, self.village.members
        leads = self.village.leads.iter_rows(named=True)
        return [form_page(FormData(lead, facts[lead["lead_id"]], members[lead["household_id"]], self.county)) for lead in leads]

    @property
    def told(self) -> str:
        """What stands on every page."""
        return f"核对码 {self.code}" if self.code else ""

    @property
    def title(self) -> str:
        """Of the files."""
        return f"{self.village.town}{self.village.name} {self.month} 预警线索"

    @property
    def list_title(self) -> str:
        """The line above the lead list."""
        return f"{self.village.town}{self.village.name}  {self.month.year}年{self.month.number}月防返贫监测预警线索清单"
