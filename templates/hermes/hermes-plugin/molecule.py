"""The tools of the Molecule runtime, as tools of Hermes. How runs end is told by `ends`, and what they wait for by `approvals`.

Hermes' own MCP client has one connection for all conversations and asks one thing at a time over it. But a call has to
name the conversation that it is made in, and a delegation takes minutes. So each call is a request of its own here, to
the same MCP server.
"""

import http.client
import json
import socket
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from tools.interrupt import is_interrupted

from . import approvals, commands, ends

HERE = Path(__file__).parent
TOOLSET = "molecule"

# A runtime that was killed is back within seconds, at another address and with another token.
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.2


def register(ctx):
    ends.watch()
    approvals.watch(ctx)
    commands.watch()
    for tool in read_json(HERE / "tools.json") or []:
        # Hermes has tools with the same names, such as delegate_task.
        name = f"{TOOLSET}_{tool['name']}"
        description = tool["description"]
        ctx.register_tool(
            name=name,
            toolset=TOOLSET,
            schema={"name": name, "description": description, "parameters": tool["inputSchema"]},
            handler=handler_of(tool["name"]),
            description=description,
        )


def handler_of(tool):
    def handle(arguments, task_id=None, session_id=None, **_):
        request = Request(tool, arguments, [task_id, session_id])
        request.start()
        while request.is_alive():
            request.join(LOOK_SECONDS)
            if is_interrupted():
                request.cancel()
                return failure("Interrupted.")
        return request.result

    return handle


class Request(threading.Thread):
    """One call, in a thread of its own, so that an interrupt need not wait for its answer."""

    def __init__(self, tool, arguments, sessions):
        super().__init__(daemon=True)
        self.result = failure("The tool has given no answer.")
        self._call = {"name": tool, "arguments": arguments}
        self._sessions = sessions
        self._connection = None
        self._canceled = threading.Event()

    def run(self):
        try:
            self.result = self._ask()
        except Exception as error:  # The model is told, whatever it is.
            self.result = failure(
                f"The connection to the runtime broke ({error}). It is not known whether the tool has done its work; "
                "call it again only if that does no harm."
            )

    def cancel(self):
        """Hangs up; the runtime then stops the tool."""
        self._canceled.set()
        connection = self._connection
        if connection is not None and connection.sock is not None:
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It is closed already.

    def _ask(self):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._canceled.is_set():
            status, body = self._post()
            if status == 200:
                return text_of(body)
            # Nobody there, or another program at the address of a runtime that is gone: nothing has happened yet.
            if status not in (None, 401):
                return failure(f"The runtime answered HTTP {status}.")
            if time.monotonic() > deadline:
                return failure("The runtime is not running; its tools cannot be used.")
            self._canceled.wait(LOOK_SECONDS)
        return failure("Interrupted.")

    def _post(self):
        # Read anew each time: a new runtime writes it anew.
        endpoint = read_json(HERE / "endpoint.json")
        if endpoint is None:
            return None, None
        url = urlsplit(endpoint["url"])
        self._connection = http.client.HTTPConnection(url.hostname, url.port)
        try:
            self._connection.connect()
        except OSError:
            return None, None
        try:
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": self._call}
            headers = {
                "Authorization": f"Bearer {endpoint['token']}",
                "Content-Type": "application/json",
                "Accept": "application/json, text/event-stream",
            }
            self._connection.request("POST", url.path + self._query(endpoint), json.dumps(call), headers)
            response = self._connection.getresponse()
            return response.status, response.read().decode("utf-8")
        finally:
            self._connection.close()

    def _query(self, endpoint):
        for session in self._sessions:
            turn = read_json(Path(endpoint["turns"]) / f"{session}.json")
            if turn is not None and "contextId" in turn:
                return f"?context={quote(turn['contextId'], safe='')}"
        return ""  # A subagent: the runtime takes the call for that of the only turn, if there is only one.


def text_of(body):
    reply = json.loads(body)
    if "error" in reply:
        return failure(reply["error"].get("message", "The runtime refused the call."))
    result = reply["result"]
    text = "\n".join(part.get("text", "") for part in result.get("content", []))
    return failure(text) if result.get("isError") else text


def failure(text):
    return json.dumps({"error": text}, ensure_ascii=False)


def read_json(path):
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
