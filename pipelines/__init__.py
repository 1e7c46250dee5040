"""How Polars and NumPy work: they ask when they are first imported, so it is said here, before any module of the program imports them.

A month is some twenty thousand small queries. A pool of several threads takes no less time for them and a twentieth more of the processor,
for the threads look for work between one and the next; what can be done side by side in earnest is done by whole processes. What is freed
is mostly wanted again within seconds, but would be handed back after half of one, and cleared page by page when it is asked for again.
NumPy's library for matrices, of which there are none here, would keep a thread that turns round and round for work.
"""

import os

THREADS, FREED, MATRICES = "POLARS_MAX_THREADS", "_RJEM_MALLOC_CONF", "OPENBLAS_NUM_THREADS"

os.environ.setdefault(THREADS, "1")
os.environ.setdefault(MATRICES, "1")
os.environ.setdefault(FREED, "dirty_decay_ms:5000")  # ms; jemalloc by itself waits for ten seconds, which takes more memory
