"""All lists of the county's bureaus but the register, in the order of their names."""

from __future__ import annotations

from samples.feeds import assets, civil, education, health, living, police, voices
from samples.feeds.base import Spec

SPECS: dict[str, Spec] = {spec.feed: spec for module in (assets, civil, education, health, living, police, voices) for spec in module.SPECS}
SPECS = dict(sorted(SPECS.items()))
