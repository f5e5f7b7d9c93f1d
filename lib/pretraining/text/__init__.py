"""What a model reads: documents and the named sources that yield them."""

from .documents import COPIES, JUNK, Document
from .fetch import OfflineError
from .sources import SOURCES, Source, load
from .world import World

__all__ = ["COPIES", "JUNK", "SOURCES", "Document", "OfflineError", "Source", "World", "load"]
