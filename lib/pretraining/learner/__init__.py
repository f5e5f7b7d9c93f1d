"""The learner's way through the course: its units, what is done, and all of it in one file for another machine.

Everything is kept in the learner's own folder and goes nowhere else. Takes in folders, hands on plain values; needs
nothing but Python's standard library, so that a lesson's first cell costs nothing.
"""

from .archive import Packed, pack
from .place import MANIFEST, checksum, read_manifest, work_folder
from .progress import Check, Progress, open_lesson, read_progress, record_check
from .restore import Restored, unpack
from .syllabus import UNITS, Unit, next_step, way

__all__ = [
    "MANIFEST",
    "UNITS",
    "Check",
    "Packed",
    "Progress",
    "Restored",
    "Unit",
    "checksum",
    "next_step",
    "open_lesson",
    "pack",
    "read_manifest",
    "read_progress",
    "record_check",
    "unpack",
    "way",
    "work_folder",
]
