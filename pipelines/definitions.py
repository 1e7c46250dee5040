"""The code location that `workspace.yaml` names: the county given by HULIAN_COUNTY and HULIAN_HOME, else the sample county."""

from __future__ import annotations

import os
from pathlib import Path

from contracts.home import Home
from pipelines.build import build_defs
from pipelines.defaults import SAMPLE_COUNTY, SAMPLE_HOME

defs = build_defs(
    Path(os.environ.get("HULIAN_COUNTY", SAMPLE_COUNTY)),
    Home(Path(os.environ.get("HULIAN_HOME", SAMPLE_HOME))),
    deployed=os.environ.get("HULIAN_DEPLOYED") == "1",
)
