"""Gives the tool calls of a model ids that no other call of the conversation has.

Some servers number the calls of each answer anew. Hermes drops a result whose id it has seen before, and the call with it: the model is
never told what came of it, be it that a person has denied it.
"""

import uuid


def make_unique(response, args, kwargs):
    """Changes the ids of the calls in `response` that the request in the arguments has already, or that stand there twice."""
    taken = ids_of_request(args, kwargs)
    for call in calls_of(response):
        if getattr(call, "id", None) in taken:
            call.id = f"call_{uuid.uuid4().hex[:24]}"
        taken.add(getattr(call, "id", None))


def calls_of(response):
    """The calls of an answer in OpenAI's format, or in Anthropic's."""
    choice = next(iter(getattr(response, "choices", None) or []), None)
    blocks = getattr(response, "content", None)
    blocks = blocks if isinstance(blocks, list) else []
    calls = getattr(getattr(choice, "message", None), "tool_calls", None) or []
    return [*calls, *(block for block in blocks if getattr(block, "type", None) == "tool_use")]


def ids_of_request(args, kwargs):
    requests = [value for value in (*args, *kwargs.values()) if isinstance(value, dict)]
    messages = [message for request in requests for message in request.get("messages") or [] if isinstance(message, dict)]
    content = [block for message in messages if isinstance(message.get("content"), list) for block in message["content"]]
    calls = [call for message in messages for call in message.get("tool_calls") or []]
    return {item.get("id") for item in (*content, *calls) if isinstance(item, dict) and item.get("id")}
