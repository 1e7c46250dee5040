"""Who may see what: a token's scope, and whether something that was handed out lies within it.

Four kinds, written `county`, `town:522699001000`, `village:522699001201` and `bureau:县医保局`. A county sees all, a town its villages, a
village and a bureau what is addressed to them. Whatever is addressed to nobody that is known here is the county's alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from contracts.errors import HulianError

Kind = Literal["county", "town", "village", "bureau"]
TOWN_DIGITS = 9  # GB/T 10114: six digits of the county, three of the town, three of the village
KIND_WORDS: dict[Kind, str] = {"county": "全县", "town": "乡镇", "village": "行政村", "bureau": "部门"}
_CODE = re.compile(r"[0-9]{12}")


class ScopeError(HulianError):
    """A scope is not written as one."""


@dataclass(frozen=True)
class Scope:
    """One kind, and the 12-digit code or the bureau's name; a county needs no name."""

    kind: Kind
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read `kind:name`; raises `ScopeError` for anything else."""
        kind, _, name = text.strip().partition(":")
        whole = next((known for known in get_args(Kind) if known == kind), None)
        is_code = bool(_CODE.fullmatch(name))
        fits = {"county": name == "", "town": is_code and name.endswith("000"), "village": is_code and not name.endswith("000")}
        if whole is None or not fits.get(whole, 0 < len(name) <= 60 and name.isprintable()):
            raise ScopeError(
                f"{text!r} is not a scope. Write county, town:<12 digits, the last three 000>, village:<12 digits>, or bureau:<name>."
            )
        return cls(whole, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    def covers(self, other: Scope) -> bool:
        """Whether what is addressed to `other` may be seen by whoever holds this scope."""
        if self.kind == "county":
            return True
        if self.kind == "town" and other.kind in {"town", "village"}:
            return other.name[:TOWN_DIGITS] == self.name[:TOWN_DIGITS]
        return self == other
