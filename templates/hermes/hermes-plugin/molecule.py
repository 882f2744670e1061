"""The tools of the Molecule runtime, as tools of Hermes. `ends` records how runs end, and `approvals` what they wait for.

Hermes' own MCP client has one connection for all conversations and makes one call at a time over it. But a call needs the
token of its turn, and a delegation takes minutes. So the plugin sends each call as a separate request to the same MCP server.
"""

import http.client
import json
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from tools.interrupt import is_interrupted

from . import approvals, commands, ends, places
from .places import read_json

HERE = Path(__file__).parent
TOOLSET = "molecule"

# A killed runtime is restarted within seconds, with another address and another token.
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.2


def register(ctx):
    ends.watch()
    approvals.watch(ctx)
    commands.watch()
    places.watch()
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
        # Found again for each try: a killed runtime comes back with another address and another token.
        sessions = [task_id, session_id, places.session_of_run()]
        request = Request(tool, arguments, lambda: (places.place_of(*sessions) or {}).get("mcp"))
        request.start()
        while request.is_alive():
            request.join(LOOK_SECONDS)
            if is_interrupted():
                request.cancel()
                return failure("Interrupted.")
        return request.result

    return handle


class Request(threading.Thread):
    """One call, in its own thread, so that an interrupt does not wait for the answer."""

    def __init__(self, tool, arguments, endpoint):
        super().__init__(daemon=True)
        self.result = failure("The tool has given no answer.")
        self._call = {"name": tool, "arguments": arguments}
        self._endpoint = endpoint
        self._connection = None
        self._canceled = threading.Event()

    def run(self):
        try:
            self.result = self._ask()
        except Exception as error:  # Any error is reported to the model.
            self.result = failure(
                f"The connection to the runtime broke ({error}). It is not known whether the tool has done its work; "
                "call it again only if that does no harm."
            )

    def cancel(self):
        """Closes the connection; the runtime then stops the tool."""
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
            # No server, or another program at the address of an ended runtime: the tool has not run.
            if status not in (None, 401):
                return failure(f"The runtime answered HTTP {status}.")
            if time.monotonic() > deadline:
                return failure("The runtime is not running, or does not run this turn any more; its tools cannot be used.")
            self._canceled.wait(LOOK_SECONDS)
        return failure("Interrupted.")

    def _post(self):
        endpoint = self._endpoint()
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
            self._connection.request("POST", url.path, json.dumps(call), headers)
            response = self._connection.getresponse()
            return response.status, response.read().decode("utf-8")
        finally:
            self._connection.close()


def text_of(body):
    reply = json.loads(body)
    if "error" in reply:
        return failure(reply["error"].get("message", "The runtime refused the call."))
    result = reply["result"]
    text = "\n".join(part.get("text", "") for part in result.get("content", []))
    return failure(text) if result.get("isError") else text


def failure(text):
    return json.dumps({"error": text}, ensure_ascii=False)
