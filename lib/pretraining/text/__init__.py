"""What a model reads: documents and the named sources that yield them."""

from .documents import COPIES, JUNK, Document
from .fetch import OfflineError
from .sources import SOURCES, Source, load

__all__ = ["COPIES", "JUNK", "SOURCES", "Document", "OfflineError", "Source", "load"]
