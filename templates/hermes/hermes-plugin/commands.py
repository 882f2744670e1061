"""Marks each command of an agent with its run, in a variable, so that a cancel ends all processes that the run has started.

Hermes has such a variable too, but its shells restore the value of an earlier run.
"""

import functools
import re

from tools.approval import get_current_session_key

VARIABLE = "MOLECULE_RUN"


def watch():
    from tools.environments.local import LocalEnvironment

    if not getattr(LocalEnvironment, "_molecule_watched", False):
        LocalEnvironment._molecule_watched = True
        LocalEnvironment.execute = marked(LocalEnvironment.execute)


def marked(execute):
    @functools.wraps(execute)
    def run(environment, command, *args, **kwargs):
        key = get_current_session_key()
        if re.fullmatch(r"run_[0-9a-f]+", key):
            command = f"export {VARIABLE}={key}\n{command}"
        return execute(environment, command, *args, **kwargs)

    return run
