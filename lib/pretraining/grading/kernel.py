"""The learner's kernel: ipykernel's own, without its sockets and threads, driven through one channel.

It is built once in the zygote, so that a forked child is ready at once. Everything that it sends is a Jupyter message's
type and content; everything it is asked is to execute a cell or to answer a judge's question.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
import threading
import types
from pathlib import Path
from typing import Any, NoReturn

from .bridge import Bridge
from .frames import Channel, ChannelClosed
from .kernel_files import put_files
from .streams import Capture, Stream
from .tracebacks import make_cheap

ENVIRONMENT: tuple[str, ...] = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)
ENVIRONMENT += ("MPLBACKEND", "NBGRADER_EXECUTION")
_prepared: list[Any] = []


def prepare() -> None:
    """Build the kernel and its shell, in a process with one thread, to be forked afterwards."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # it starts threads, and nobody debugs here
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.zmqshell import ZMQInteractiveShell
    from IPython.core.profiledir import ProfileDir
    from jupyter_client.session import Session
    from traitlets.config import Config

    del sys.modules["debugpy"]

    class Shell(ZMQInteractiveShell):
        def init_ipython_dir(self, ipython_dir: Any) -> None:
            """There is no folder of settings."""

        def _format_exception_for_storage(self, exception: Any, *_: Any, **__: Any) -> dict[str, Any]:
            """There is no history in which to keep a second traceback."""
            return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    class Outlet(Session):
        """Takes messages to the channel instead of a socket."""

        outlet: Any = None

        def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Any:
            del stream
            message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content or {})
            if self.outlet is not None:
                self.outlet(message["header"]["msg_type"], message["content"])
            return message

    class Kernel(IPythonKernel):
        shell_class = Shell

    # History would start a thread and keep a database; In and Out work without it.
    config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"banner1": ""}})
    session = Outlet(key=b"")
    quiet = logging.getLogger("pretraining.grading.kernel")
    quiet.setLevel(logging.CRITICAL)
    _prepared.append(Kernel.instance(config=config, session=session, profile_dir=ProfileDir(), log=quiet))

    make_cheap(_prepared[0].shell)


def warm_up() -> None:
    """Do once what every kernel would do first: show a value, and an error, which looks at all that is imported."""
    shell = _prepared[0].shell
    shell.transform_cell("1 / 1")
    shell.display_formatter.format(1.0)
    try:
        exec(shell.compile("def warm():\n    return 1 / 0\n\n\nwarm()", "<warm>", "exec"), {})
    except ZeroDivisionError as error:
        shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)


def serve(channel: Channel) -> NoReturn:
    """In the forked child: be one learner's kernel until the channel closes."""
    kernel = _prepared[0]
    streams = _take_over(channel, kernel)
    capture = Capture(streams)
    shell, bridge = kernel.shell, Bridge()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    kernel.io_loop = types.SimpleNamespace(
        add_callback=loop.call_soon_threadsafe,
        call_later=lambda *_: None,  # `exit()` would stop the loop
        stop=None,
        asyncio_loop=loop,
    )
    kernel.shell_channel_thread = types.SimpleNamespace(parent_thread=threading.main_thread())
    with contextlib.suppress(ChannelClosed):
        while True:
            order = channel.receive()
            number = order.get("id")
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                if "code" in order:
                    reply = loop.run_until_complete(_execute(kernel, order["code"], str(number)))
                elif "files" in order:
                    put_files(Path.cwd(), order["files"])
                    reply = {"status": "ok"}
                else:
                    reply = bridge.answer(order["ask"])
            except BaseException as error:  # an interrupt that came late
                reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
            with contextlib.suppress(BaseException):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            _flush(capture, streams, shell)
            channel.send({"done": number, "reply": reply})
    os._exit(0)


async def _execute(kernel: Any, code: str, identity: str) -> dict[str, Any]:
    """Run a cell as ipykernel does; returns the part of its reply that says whether it worked."""
    header = {"msg_id": identity, "msg_type": "execute_request", "session": "", "username": "", "version": "5.3"}
    kernel.set_parent([], {"header": header, "parent_header": {}, "metadata": {}, "content": {}}, "shell")
    reply = await kernel.do_execute(code, silent=False, store_history=True, allow_stdin=False)
    return {name: reply.get(name) for name in ("status", "ename", "evalue", "traceback", "execution_count")}


def _take_over(channel: Channel, kernel: Any) -> tuple[Stream, Stream]:
    """Make this process the learner's: its environment, its randomness, its output."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=os.getcwd(), IPYTHONDIR=str(Path.cwd() / ".ipython"), PYTHONDONTWRITEBYTECODE="1")
    for number in (signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    lock = threading.Lock()

    def send(kind: str, content: dict[str, Any]) -> None:
        with lock:
            channel.send({"type": kind, "content": content})

    streams = Stream("stdout", 1, send), Stream("stderr", 2, send)
    streams[0].other, streams[1].other = streams[1], streams[0]
    sys.stdout, sys.stderr = streams
    kernel.session.outlet = send
    kernel.ident = ""
    sys.argv = ["ipykernel_launcher.py"]
    sys.path.insert(0, "")
    _fresh_randomness()
    return streams


def _fresh_randomness() -> None:
    """Each child draws its own numbers, as a process started anew would."""
    random.seed()
    if (numbers := sys.modules.get("numpy.random")) is not None:  # imported later, it starts afresh by itself
        numbers.seed()
    if (torch := sys.modules.get("torch")) is not None:
        torch.seed()


def _flush(capture: Capture, streams: tuple[Stream, Stream], shell: Any) -> None:
    """Send all output of the cell; put back what the learner's code may have replaced."""
    for replaced in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            replaced.flush()
    capture.drain()
    for stream in streams:
        stream.flush()
    shell.exit_now = False
