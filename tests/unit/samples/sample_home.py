"""How the tests make their sample county: small, and always the same."""

from __future__ import annotations

from pathlib import Path

from contracts.month import Month
from samples.generate import generate

PLACES = Path(__file__).parents[3] / "config" / "places.csv"
MONTHS = [Month(2026, 10), Month(2026, 11)]


def make(home: Path) -> Path:
    generate(home, households=400, months=MONTHS, seed=11, noise="normal", places=PLACES)
    return home
