"""Checks streams of OpenAI's format on arrival, because Hermes ignores some of their content.

If a stream closes after a tool call or a thought without a finish reason, it has broken off, and the call must not run. A refusal can be
in a separate field, which Hermes reads only in answers without a stream. Some servers send a word like "null" while there is no finish
reason yet, or several answers to a request for one.
"""

from collections import deque

import httpx

NO_WORD = ("", "null", "none", "undefined")
refusals = deque(maxlen=100)


def watch():
    try:
        from openai._streaming import Stream
    except ImportError:
        return  # Another version of the client: its streams are not checked.
    original = Stream.__stream__

    def looked_at(stream):
        return look(original(stream))

    Stream.__stream__ = looked_at


def look(chunks):
    ended = called = spoke = False
    refusal = ""
    ours = None
    for chunk in chunks:
        choices = getattr(chunk, "choices", None) or []
        if choices:
            indexes = [getattr(choice, "index", None) or 0 for choice in choices]
            ours = indexes[0] if ours is None else ours
            choices = chunk.choices = [choice for choice, index in zip(choices, indexes) if index == ours]
        for choice in choices:
            if str(getattr(choice, "finish_reason", None)).strip().lower() in NO_WORD:
                choice.finish_reason = None
            delta = getattr(choice, "delta", None)
            called = called or bool(getattr(delta, "tool_calls", None))
            spoke = spoke or bool(getattr(delta, "content", None))
            words = getattr(delta, "refusal", None)
            if isinstance(words, str) and words:
                refusal += words
                delta.content = words
            if getattr(choice, "finish_reason", None):
                ended = True
                if refusal:
                    refusals.append(refusal.strip())
                    choice.finish_reason = "content_filter"
        yield chunk
    # If the answer has text, Hermes itself asks the model to continue it.
    if not ended and (called or not spoke):
        raise broken_off()


def is_refusal(words):
    return isinstance(words, str) and words.strip() in refusals


def broken_off():
    return httpx.RemoteProtocolError("peer closed connection: the stream of the model ended without a reason")
