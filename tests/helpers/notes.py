"""What a notebook's page does that nobody sees: requests elsewhere, failed scripts, errors outside every cell."""

from __future__ import annotations

import re

# JupyterLab shows nothing of what a button's function raises or a training thread prints: it is kept here.
LISTEN = """() => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const said = window.pretrainingSaid ??= [];
  kernel.iopubMessage.connect((_, message) => {
    const {content, header} = message;
    if (header.msg_type === 'error') said.push(`${content.ename}: ${content.evalue}`);
    if (header.msg_type === 'stream' && content.name === 'stderr') said.push(content.text);
  });
}"""
SAID = "() => window.pretrainingSaid ?? []"
# Ours, Jupyter's and the libraries' own harmless words; each with the reason.
HARMLESS = (
    r"favicon",  # a page that JupyterLab does not serve has no icon
)


class Notes:
    """Notes what a page asks for and fails at, from now on.

    Attributes:
        asked: the address of each request.
        failed: uncaught errors of scripts.
        logged: what scripts wrote to the console as errors.
    """

    def __init__(self, page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.failed: list[str] = []
        self.logged: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.failed.append(str(error)))
        page.on("console", self._log)

    def _log(self, message) -> None:
        if message.type == "error":
            where = (message.location or {}).get("url", "")
            self.logged.append(f"{message.text} ({where})")

    def listen(self) -> None:
        """Hear the open notebook's kernel, once it answers."""
        self.page.evaluate(LISTEN)

    def outside(self, server) -> list[str]:
        """Requests that left the server."""
        own = rf"(data|blob|about):|{re.escape(server.url)}|ws"
        return [url for url in self.asked if not re.match(own, url) and url not in server.expected_outside]

    def errors(self, server) -> list[str]:
        """Errors of scripts, uncaught or written to the console; not of what a page may ask for elsewhere in vain."""
        failed = [error for error in self.failed if error not in server.expected_errors]
        harmless = [*HARMLESS, *map(re.escape, (*server.expected_outside, *server.expected_errors))]
        return failed + [line for line in self.logged if not any(re.search(word, line) for word in harmless)]

    def kernel_said(self) -> list[str]:
        """Errors and warnings that the kernel told outside a cell's output, and in it."""
        return self.page.evaluate(SAID)
