"""How Polars works: it asks when it is first imported, so it is said here, before any module of the program imports it.

A month is some twenty thousand small queries. A pool of several threads takes no less time for them and a twentieth more of the processor,
for the threads look for work between one and the next; what can be done side by side in earnest is done by whole processes. Memory that is
freed is wanted again in a moment: Polars has it handed back after half a second, jemalloc by itself after ten, which spares half of the
pages that the kernel would have to clear and costs a tenth more of them at the peak.
"""

import os

THREADS, FREED = "POLARS_MAX_THREADS", "_RJEM_MALLOC_CONF"

os.environ.setdefault(THREADS, "1")
os.environ.setdefault(FREED, "dirty_decay_ms:10000,muzzy_decay_ms:-1")
