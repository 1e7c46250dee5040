"""Everything is measured in a process set up as the product sets up its own."""

import pipelines as pipelines
