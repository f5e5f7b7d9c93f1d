"""GPT-2's and GPT-4's vocabularies: from a server on this machine, from tiktoken's folder, and without a network."""

import base64
import hashlib
import http.server
import inspect
import socket
import threading
import time

import pytest
from tiktoken import registry
from tiktoken.load import load_tiktoken_bpe
from tiktoken_ext import openai_public

from pretraining.text import OfflineError
from pretraining.tokens import cl100k, gpt2, published

CONTENT = b"\n".join(base64.b64encode(bytes([i])) + b" %d" % i for i in range(256))


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """No vocabulary is loaded, tiktoken's folder is empty, and no proxy answers."""
    monkeypatch.setattr(registry, "ENCODINGS", {})
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "tiktoken"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    """Serves CONTENT at any path, or what `answer` holds; gives the address, the requests and the answer."""
    asked, answer = [], {"status": 200, "content": CONTENT}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(answer["status"])
            self.send_header("Content-Length", str(len(answer["content"])))
            self.end_headers()
            self.wfile.write(answer["content"])

        def log_message(self, *_):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/cl100k", asked, answer
    running.shutdown()
    running.server_close()


def serve_from(url, monkeypatch):
    """Let tiktoken read its vocabulary from `url`, with its own code for downloads, checksums and the folder."""

    def construct():
        ranks = load_tiktoken_bpe(url, expected_hash=hashlib.sha256(CONTENT).hexdigest())
        return {"name": "cl100k_base", "pat_str": r".+", "mergeable_ranks": ranks, "special_tokens": {}}

    monkeypatch.setattr(published, "CL100K_FILES", (url,))
    monkeypatch.setattr(registry, "ENCODING_CONSTRUCTORS", {"cl100k_base": construct})


def test_a_vocabulary_is_fetched_and_kept(server, monkeypatch):
    url, asked, _ = server
    serve_from(url, monkeypatch)
    assert cl100k().encode("ab") == [97, 98]
    assert published.cached_file(url).read_bytes() == CONTENT
    before = len(asked)
    assert cl100k().encode("ab") == [97, 98]
    monkeypatch.setattr(registry, "ENCODINGS", {})  # as in a new process
    assert cl100k().encode("ab") == [97, 98]
    assert len(asked) == before


def test_the_kept_file_works_without_a_network(monkeypatch):
    url = "http://127.0.0.1:9/cl100k"
    serve_from(url, monkeypatch)
    published.cached_file(url).parent.mkdir()
    published.cached_file(url).write_bytes(CONTENT)
    assert cl100k().decode([104, 105]) == "hi"


@pytest.mark.parametrize("get", [gpt2, cl100k])
@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://user.invalid:1"])
def test_offline_says_what_to_do(get, address, monkeypatch):
    monkeypatch.setenv("https_proxy", address)
    started = time.perf_counter()
    with pytest.raises(OfflineError, match=r"could not be fetched.*trained yourself.*TIKTOKEN_CACHE_DIR"):
        get()
    assert time.perf_counter() - started < 15


def test_a_silent_server_does_not_hang(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        serve_from(f"http://127.0.0.1:{silent.getsockname()[1]}/cl100k", monkeypatch)
        with pytest.raises(OfflineError, match="could not be fetched"):
            published._published("cl100k_base", published.CL100K_FILES, timeout_seconds=0.2)


def test_a_wrong_file_is_not_used(server, monkeypatch):
    url, _, answer = server
    serve_from(url, monkeypatch)
    for status, content, message in (
        (200, b"<html>Sign in to this network</html>", "did not arrive as expected"),
        (503, b"", "could not be fetched"),
    ):
        answer |= {"status": status, "content": content}
        with pytest.raises(OfflineError, match=message):
            cl100k()
    assert not published.cached_file(url).exists()


@pytest.mark.parametrize(("name", "urls"), [("gpt2", published.GPT2_FILES), ("cl100k_base", published.CL100K_FILES)])
def test_the_addresses_are_those_in_tiktoken(name, urls):
    source = inspect.getsource(getattr(openai_public, name))
    assert all(f'"{url}"' in source for url in urls)
