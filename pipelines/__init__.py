"""How Polars works: it asks when it is first imported, so it is said here, before any module of the program imports it.

A month is some twenty thousand small queries. A pool of several threads takes no less time for them and a twentieth more of the processor,
for the threads look for work between one and the next; what can be done side by side in earnest is done by whole processes. What is freed
is mostly wanted again within seconds, but would be handed back after half of one, and cleared page by page when it is asked for again.
"""

import os

THREADS, FREED = "POLARS_MAX_THREADS", "_RJEM_MALLOC_CONF"

os.environ.setdefault(THREADS, "1")
os.environ.setdefault(FREED, "dirty_decay_ms:5000")  # ms; jemalloc by itself waits for ten seconds, which takes more memory
