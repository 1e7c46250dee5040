"""`python -m pipelines` is `hulian`."""

from pipelines.cli import main

main()
