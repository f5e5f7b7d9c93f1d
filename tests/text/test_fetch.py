"""Fetching against a server on this machine."""

import hashlib
import http.server
import threading

import pytest

from pretraining.text import OfflineError, load, sources
from pretraining.text.fetch import Download, cache_folder, fetch

CONTENT = b"To be, or not to be"


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Serves CONTENT at any path; gives the address and the list of requests."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_):
            pass

    monkeypatch.setenv("PRETRAINING_CACHE", str(tmp_path / "cache"))
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/text.txt", asked
    running.shutdown()
    running.server_close()


def download(url, content=CONTENT):
    return Download("text.txt", url, hashlib.sha256(content).hexdigest())


def test_a_file_is_fetched_once(server):
    url, asked = server
    assert fetch(download(url)).read_bytes() == CONTENT
    assert fetch(download(url)).read_bytes() == CONTENT
    assert len(asked) == 1


def test_a_wrong_checksum_keeps_nothing(server):
    url, _ = server
    with pytest.raises(ValueError, match="SHA-256"):
        fetch(download(url, b"something else"))
    assert not list(cache_folder().rglob("*.txt"))


def test_offline_names_what_works_offline(monkeypatch, tmp_path):
    monkeypatch.setenv("PRETRAINING_CACHE", str(tmp_path))
    monkeypatch.setattr(sources, "TINYSHAKESPEARE", download("http://127.0.0.1:9/text.txt"))
    with pytest.raises(OfflineError, match="python-docs"):
        list(load("tinyshakespeare"))


def test_tinyshakespeare_is_read_from_the_cache_without_a_network(server, monkeypatch):
    url, asked = server
    monkeypatch.setattr(sources, "TINYSHAKESPEARE", download(url))
    assert [d.text for d in load("tinyshakespeare")] == [CONTENT.decode()]
    monkeypatch.setattr(sources, "TINYSHAKESPEARE", download("http://127.0.0.1:9/text.txt"))
    assert [d.text for d in load("tinyshakespeare")] == [CONTENT.decode()]
    assert len(asked) == 1
