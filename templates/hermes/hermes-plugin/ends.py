"""Records how each run ended: the reason, the error, and the usage of all its model calls.

Hermes' API reports the end of a run and a text. It does not report whether the text is the model's answer or Hermes' own message
about a failure, whether a limit has cut the answer, or the usage of calls whose answers Hermes continued or discarded.
"""

import functools
import json
import logging
import os
import threading

from hermes_constants import PARTIAL_STREAM_STUB_ID, get_hermes_home
from tools.approval import get_current_session_key

from . import call_ids, streams

logger = logging.getLogger(__name__)

FIELDS = ("turn_exit_reason", "completed", "failed", "partial", "interrupted", "error")
# More tokens than any answer has.
MOST_TOKENS = 1e12
CALLS = ("_interruptible_api_call", "_interruptible_streaming_api_call")


def watch():
    """Makes every agent of this process record the ends of its runs."""
    from run_agent import AIAgent

    if getattr(AIAgent, "_molecule_watched", False):
        return
    AIAgent._molecule_watched = True
    for name in CALLS:
        setattr(AIAgent, name, counted(getattr(AIAgent, name)))
    AIAgent.run_conversation = told(AIAgent.run_conversation)
    streams.watch()


def told(run_conversation):
    @functools.wraps(run_conversation)
    def run(agent, *args, **kwargs):
        agent._molecule_calls = Calls()
        result = run_conversation(agent, *args, **kwargs)
        try:
            write(agent, result)
        except Exception:
            # This must not fail the run: without the file, the runtime uses only the text of the run.
            logger.exception("the end of a run could not be written down")
        return result

    return run


def counted(call):
    @functools.wraps(call)
    def ask(agent, *args, **kwargs):
        calls = getattr(agent, "_molecule_calls", None)
        # For some providers, one of the two calls the other.
        if calls is None or calls.is_asking:
            return call(agent, *args, **kwargs)
        calls.is_asking = True
        try:
            response = call(agent, *args, **kwargs)
        except Exception as error:
            calls.failure = described(error)
            raise
        finally:
            calls.is_asking = False
        try:
            calls.add(agent, response)
        except Exception:
            logger.exception("the use of a model call could not be counted")
        call_ids.make_unique(response, args, kwargs)
        if calls.broken and calls_tools(response):
            # Hermes would run these calls, although they may be incomplete.
            raise streams.broken_off()
        return response

    return ask


def calls_tools(response):
    return any(getattr(block, "type", None) == "tool_use" for block in getattr(response, "content", None) or [])


def described(error):
    """The provider's description of a failure, in its answer or within a stream."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    inner = inner if isinstance(inner, dict) else {}
    return {
        "kind": type(error).__name__,
        "status": getattr(error, "status_code", None),
        "type": text(inner.get("type")),
        "code": text(inner.get("code")),
        "message": text(inner.get("message")) or str(error),
    }


def tokens(value):
    """A number of tokens; 0 if the value is not a number of tokens."""
    return round(value) if isinstance(value, (int, float)) and 0 < value <= MOST_TOKENS else 0


def text(value):
    return None if value is None else str(value)


class Calls:
    """The usage of the model calls of a run, and the end of the last one."""

    def __init__(self):
        self.is_asking = False
        self.count = 0
        self.usage = {"input": 0, "output": 0, "cached": 0, "reasoning": 0}
        self.stop = None
        self.refused = False
        self.broken = False
        self.failure = None

    def add(self, agent, response):
        self.count += 1
        self.failure = None
        choice = next(iter(getattr(response, "choices", None) or []), None)
        self.stop = getattr(choice or response, "finish_reason", None) or getattr(response, "stop_reason", None)
        self.refused = streams.is_refusal(getattr(getattr(choice, "message", None), "content", None))
        # If a stream broke off, Hermes creates the response itself; in Anthropic's format that response has no reason.
        self.broken = getattr(response, "id", None) == PARTIAL_STREAM_STUB_ID or (
            hasattr(response, "stop_reason") and response.stop_reason is None
        )
        raw = getattr(response, "usage", None)
        if raw is None:
            return
        from agent.usage_pricing import normalize_usage

        used = normalize_usage(raw, provider=agent.provider, api_mode=agent.api_mode)
        self.usage["input"] += tokens(used.prompt_tokens)
        self.usage["output"] += tokens(used.output_tokens)
        self.usage["cached"] += tokens(used.cache_read_tokens)
        self.usage["reasoning"] += tokens(used.reasoning_tokens)


def write(agent, result):
    # A subagent's run is part of the run that called it.
    run = get_current_session_key()
    if not run.startswith("run_") or not isinstance(result, dict) or getattr(agent, "_delegate_depth", 0):
        return
    calls = agent._molecule_calls
    end = {name: result.get(name) for name in FIELDS}
    end.update(stop=calls.stop, refused=calls.refused, broken=calls.broken, failure=calls.failure, calls=calls.count, usage=calls.usage)
    folder = get_hermes_home() / "molecule" / "ends"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{run}.{threading.get_ident()}.tmp"
    draft.write_text(json.dumps(end), "utf-8")
    os.replace(draft, folder / f"{run}.json")
