"""A hands-on course on pre-training language models: the helper library.

The modules stand in the order that data flows: `text`, `tokens`, `targets`, `model`, `training`, `generate`,
`measure`, `charts`, `widgets`, `grading`. A module imports only what stands before it.

Importing this package is cheap: torch, altair and ipywidgets load with the module that needs them.
"""

import os

# Read once, when torch loads: threads that wait for work sleep instead of spinning. On a busy two-core machine that
# made training six times faster; on a quiet one it costs little.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"
