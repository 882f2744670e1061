"""Records the approvals that each run waits for, the oldest first. An answer is valid for the oldest one.

Hermes reports an approval in an event that it sends once. A runtime that was killed before it recorded the event reads this file.
"""

import json
import os
import threading

from hermes_constants import get_hermes_home

lock = threading.Lock()
pending = {}


def watch(ctx):
    ctx.register_hook("pre_approval_request", asked)
    ctx.register_hook("post_approval_response", answered)


def asked(command="", description="", session_key="", **_):
    with lock:
        pending.setdefault(session_key, []).append({"command": command, "description": description})
        write(session_key)


def answered(command="", session_key="", **_):
    with lock:
        waiting = pending.get(session_key, [])
        for place, request in enumerate(waiting):
            if request["command"] == command:
                del waiting[place]
                break
        write(session_key)
        if not waiting:
            pending.pop(session_key, None)


def write(run):
    # Other names are Hermes sessions without a run.
    if not run.startswith("run_"):
        return
    folder = get_hermes_home() / "molecule" / "approvals"
    file = folder / f"{run}.json"
    if not pending.get(run):
        file.unlink(missing_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{run}.tmp"
    draft.write_text(json.dumps(pending[run]), "utf-8")
    os.replace(draft, file)
