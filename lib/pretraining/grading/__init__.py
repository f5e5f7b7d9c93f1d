"""Autograding nbgrader courses; knows nothing of what any course teaches.

A *judge cell* is a test cell whose first line is `# judge`. It imports `student` to call the learner's functions and
`expect` to say what they should do. Today `student` looks names up in the learner's notebook; only plain data passes
between the two, so that the same cell can later judge from another process.
"""

from .check_cell import check_my_work
from .expect import Credit, expect
from .provisional import provisional
from .student import student

__all__ = ["Credit", "check_my_work", "expect", "provisional", "student"]
