"""Lets each run work in the directory of its turn, and finds the runtime's tools for it.

Hermes has one working directory for all runs. The engine writes a file for each conversation whose turn runs: the directory of the turn, and
the address and the token of the runtime's tools for this turn alone. It removes the file when the turn ends.
"""

import functools
import json
import re
from pathlib import Path

from hermes_constants import get_hermes_home
from tools.approval import get_current_session_key

registered = {}


def watch():
    from run_agent import AIAgent

    if getattr(AIAgent, "_molecule_placed", False):
        return
    AIAgent._molecule_placed = True
    AIAgent.run_conversation = placed(AIAgent.run_conversation)


def placed(run_conversation):
    @functools.wraps(run_conversation)
    def run(agent, *args, task_id=None, **kwargs):
        place = place_of(task_id, getattr(agent, "session_id", None))
        if place is not None:
            work_in(task_id, place["workDir"])
        return run_conversation(agent, *args, task_id=task_id, **kwargs)

    return run


def work_in(task_id, directory):
    from agent.runtime_cwd import set_session_cwd
    from tools.terminal_tool import register_task_env_overrides

    # The directory in the system prompt, and the one whose AGENTS.md is read.
    set_session_cwd(directory)
    # Only after a change: the agent may have gone to a directory inside.
    if task_id and registered.get(task_id) != directory:
        registered[task_id] = directory
        # With a type of environment, the conversation gets a shell of its own, whose variables no other one reads.
        register_task_env_overrides(task_id, {"cwd": directory, "env_type": "local"})


def place_of(*sessions):
    """The place of the turn that runs in one of these conversations, or whose run the calling thread belongs to."""
    for session in [*sessions, session_of_run()]:
        place = read_json(get_hermes_home() / "molecule" / "turns" / f"{session}.json") if session else None
        if place is not None:
            return place
    return None


def session_of_run():
    """The conversation whose run a subagent belongs to: its own is another."""
    key = get_current_session_key()
    if not re.fullmatch(r"run_[0-9a-f]+", key):
        return None
    for file in (get_hermes_home().parent / "turns").glob("*.json"):
        record = read_json(file)
        if isinstance(record, dict) and record.get("runId") == key:
            return file.stem
    return None


def read_json(path):
    try:
        return json.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        return None
