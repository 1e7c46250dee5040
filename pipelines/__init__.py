"""How many threads Polars works with, which it asks when it is first imported: so here, before any module of the program does.

A month is some twenty thousand small queries. A pool of several threads takes no less time for them and a twentieth more of the processor,
for the threads look for work between one and the next; what can be done side by side in earnest is done by whole processes.
"""

import os

THREADS = "POLARS_MAX_THREADS"

os.environ.setdefault(THREADS, "1")
