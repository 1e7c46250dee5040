"""How often one may ask: a bucket of tokens for each token and each address, which fills up at a steady pace."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock

MOST_KEYS = 20_000


@dataclass(frozen=True)
class Pace:
    """So many requests at once, and so many a second on the long run."""

    at_once: float
    per_second: float


@dataclass(frozen=True)
class Paces:
    """The house's limits. A whole county may stand behind one address, and every village may fetch its lists in the same minute."""

    token: Pace = Pace(240, 4)
    address: Pace = Pace(3_000, 50)
    refused: Pace = Pace(20, 0.2)  # tokens that do not hold, by address: nobody may try them out


class Buckets:
    """One bucket a key; the longest unused are forgotten, which is to be full again."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock = pace, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, *, take: bool = True) -> int:
        """Whole seconds until `key` may ask; 0: it may now, and (with `take`) that counts."""
        with self._lock:
            moment = self._clock()
            left, since = self._left.pop(key, (self._pace.at_once, moment))
            left = min(self._pace.at_once, left + (moment - since) * self._pace.per_second)
            may = left >= 1
            self._left[key] = (left - 1 if may and take else left, moment)
            if len(self._left) > MOST_KEYS:
                self._left.popitem(last=False)
        return 0 if may else ceil((1 - left) / self._pace.per_second)


class Limits:
    """The buckets of one server: by token, by address, and by address for tokens that did not hold."""

    def __init__(self, paces: Paces | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        paces = paces or Paces()
        self.token, self.address, self.refused = (Buckets(pace, clock) for pace in (paces.token, paces.address, paces.refused))
