"""Looks at the streams of OpenAI's format where they come in: Hermes takes no notice of some things in them.

A stream that closes after a tool call or a thought, without a word why, has broken off: the call must not be run. And a model may refuse
in a field of its own, which Hermes reads in whole answers only. Some servers put a word where no reason is told yet, or give several
answers when one was asked for.
"""

from collections import deque

import httpx

NO_WORD = ("", "null", "none", "undefined")
refusals = deque(maxlen=100)


def watch():
    try:
        from openai._streaming import Stream
    except ImportError:
        return  # Another version; what Hermes itself sees is what there is.
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
    # What was said is continued by Hermes itself.
    if not ended and (called or not spoke):
        raise broken_off()


def is_refusal(words):
    return isinstance(words, str) and words.strip() in refusals


def broken_off():
    return httpx.RemoteProtocolError("peer closed connection: the stream of the model ended without a reason")
