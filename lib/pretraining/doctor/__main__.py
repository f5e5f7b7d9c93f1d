"""`python -m pretraining.doctor`: the doctor, where the command `pretraining` does not start."""

import sys

from . import main

sys.exit(main())
