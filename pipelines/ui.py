"""Dagster's web interface and its daemon on one county, from any working directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from contracts.home import Home
from pipelines.defaults import WORKSPACE
from pipelines.run_month import open_instance


def serve(county_file: Path, home: Home, port: int) -> int:
    """Run the web interface and the daemon on `home` until they are interrupted or told to end; returns their exit code."""
    command, environment = _command("dagster", "dev", county_file=county_file, home=home, port=port)
    with subprocess.Popen(command, env=environment) as both:
        signal.signal(signal.SIGTERM, lambda *_: both.terminate())  # Ctrl+C reaches them by itself
        try:
            return both.wait()
        except KeyboardInterrupt:
            return 0


def webserver(county_file: Path, home: Home, port: int) -> tuple[list[str], dict[str, str]]:
    """Command and environment of the web interface alone."""
    return _command("dagster_webserver", county_file=county_file, home=home, port=port)


def _command(*module: str, county_file: Path, home: Home, port: int) -> tuple[list[str], dict[str, str]]:
    """How a program of Dagster's is started on `home`. It listens on this machine only."""
    open_instance(home).dispose()
    environment = os.environ | {
        "DAGSTER_HOME": str(home.dagster.resolve()),
        "HULIAN_HOME": str(home.root.resolve()),
        "HULIAN_COUNTY": str(county_file.resolve()),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONWARNINGS": "ignore",  # advice to developers of Dagster, not to officers
    }
    return [sys.executable, "-m", *module, "--workspace", str(WORKSPACE), "--host", "127.0.0.1", "--port", str(port)], environment
