"""What keeps a learner's code from everything but its own work: a ladder of isolation levels, and limits.

The process that enters a sandbox was forked and cannot be started anew (it would lose what it has imported), so the
kernel's own means are used from inside: namespaces where they are allowed, else Landlock, both with a filter on system
calls. Which level is used is decided once, by trying it.
"""

from .ladder import LEVELS, Level, best_level
from .limits import Limits

__all__ = ["LEVELS", "Level", "Limits", "best_level"]
