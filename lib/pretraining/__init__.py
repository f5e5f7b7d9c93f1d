"""A hands-on course on pre-training language models: the helper library.

The modules stand in the order that data flows: `text`, `tokens`, `targets`, `model`, `training`, `generate`,
`measure`, `charts`, `widgets`, `grading`. A module imports only what stands before it.

Importing this package is cheap: torch, altair and ipywidgets load with the module that needs them.
"""

import os

# OpenMP's waiting threads spin, which is fast alone and slow in company. On a machine that is busy when the course is
# imported they sleep instead (torch reads this once, when it loads). One training step of a million parameters on two
# cores: 63 ms spinning and 113 ms sleeping when alone; 247 and 114 ms beside one busy process.
if hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1):
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"
