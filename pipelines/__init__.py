"""How many threads Polars works with, which it asks when it is first imported: so here, before any module of the program does.

A month is some twenty thousand small queries. A pool of several threads takes no less time for them and a twentieth more of the processor,
for the threads look for work between one and the next; the large things that can be done side by side are whole processes.
"""

import os

THREADS = "POLARS_MAX_THREADS"

os.environ.setdefault(THREADS, "1")
