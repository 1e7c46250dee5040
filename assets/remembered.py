"""Where the matcher's memory lies between runs: one folder a month, named by the code and the settings that it was made with.

It is a convenience, not a truth: with it the same links take less time, without it nothing is lost, and what other code has made is not
read. Only fingerprints and codes are in it.
"""

import hashlib
import json
import os
import shutil

import polars as pl

from assets.digest import digest_of_code
from contracts.home import Home
from contracts.month import Month
from matching.search.memory import Memory
from matching.settings import MatchingSettings

CODE = ("contracts", "standards", "matching")


def stamp(settings: MatchingSettings) -> str:
    """What a memory must have been made with to be read: code, the largest block, and the engine whose hashes are the fingerprints."""
    made_with = {"code": digest_of_code(*CODE), "cap": settings.block_cap, "polars": pl.__version__}
    return hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()[:16]


def recall(home: Home, month: Month, made_with: str) -> Memory:
    """What was found out when this month was matched before, else the month before it, else nothing."""
    folders = (home.memory(earlier) / made_with for earlier in (month, month.plus(-1)))
    return next((Memory.load(folder) for folder in folders if folder.exists()), Memory.nothing())


def keep(home: Home, month: Month, made_with: str, memory: Memory) -> None:
    """Put `memory` in the place of whatever is kept of the month."""
    beside = home.memory(month).with_name(f".{month}.{os.getpid()}.part")
    shutil.rmtree(beside, ignore_errors=True)
    (beside / made_with).mkdir(parents=True)
    memory.save(beside / made_with)
    shutil.rmtree(home.memory(month), ignore_errors=True)
    beside.replace(home.memory(month))
