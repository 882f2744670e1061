"""Gives each tool call of a model an id that no other call of the conversation has.

Some servers repeat the ids in each answer. Hermes drops a result whose id was used before, together with its call, so the model never
receives the result, for example that a person denied the call.
"""

import uuid


def make_unique(response, args, kwargs):
    """Changes the ids of calls in `response` that occur in the request in the arguments, or twice in the response."""
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
