"""What is used when nothing else is said: the sample county's configuration and data folder."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE_COUNTY = PROJECT / "config" / "county.yml"
SAMPLE_HOME = PROJECT / "var" / "lanxi"
INSTANCE_SETTINGS = PROJECT / "deploy" / "dagster.yaml"
WORKSPACE = PROJECT / "workspace.yaml"
