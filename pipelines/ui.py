"""Dagster's web interface and its daemon on one county, from any working directory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from contracts.home import Home
from pipelines.defaults import WORKSPACE
from pipelines.run_month import open_instance


def serve(county_file: Path, home: Home, port: int) -> int:
    """Run `dagster dev` on `home` until it is interrupted; returns its exit code. It listens on this machine only."""
    open_instance(home).dispose()
    environment = os.environ | {
        "DAGSTER_HOME": str(home.dagster.resolve()),
        "HULIAN_HOME": str(home.root.resolve()),
        "HULIAN_COUNTY": str(county_file.resolve()),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONWARNINGS": "ignore",  # advice to developers of Dagster, not to officers
    }
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", str(WORKSPACE), "--host", "127.0.0.1", "--port", str(port)]
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0
