"""Plays the delegation of a CrewAI agent to a remote one, by polling, a stream and push; no model is asked."""

import asyncio
import os
import uuid

os.environ['CREWAI_DISABLE_TELEMETRY'] = 'true'
os.environ['CREWAI_TRACING_ENABLED'] = 'false'

from a2a.types import Artifact, Part, Task, TaskState, TaskStatus, TextPart
from crewai.a2a.auth.client_schemes import BearerTokenAuth
from crewai.a2a.updates import PollingConfig, PushNotificationConfig, StreamingConfig
from crewai.a2a.utils.delegation import aexecute_a2a_delegation

from report import OPEN_URL, RECEIVER_URL, TOKEN, TOKENS_URL, play_application, received_at, told

CARD = '/.well-known/agent-card.json'


async def ask(words: str, url: str = OPEN_URL, auth=None, updates=None, **more):
    updates = updates or PollingConfig(interval=0.1)
    return await aexecute_a2a_delegation(
        endpoint=url + CARD, auth=auth, timeout=30, task_description=words, updates=updates, **more
    )


async def answer():
    return {'text': (await ask('one')).get('result')}


async def chunks():
    return {'text': (await ask('many')).get('result')}


async def chunks_streamed():
    return {'text': (await ask('many', updates=StreamingConfig())).get('result')}


async def next_turn():
    first = await ask('context')
    second = await ask('context', context_id=first.get('result'))
    return {'sameContext': bool(first.get('result')) and second.get('result') == first.get('result')}


async def question():
    result = await ask('ask')
    words = result.get('error') or result.get('result')
    return {'prompt': words if result['status'].value == 'input-required' else str(result)[:300]}


async def question_answer():
    asked = await ask('ask')
    history = asked['history']
    task = next(message.task_id for message in reversed(history) if message.task_id)
    context = next(message.context_id for message in reversed(history) if message.context_id)
    answered = await ask('blue', task_id=task, context_id=context, conversation_history=history)
    return {'text': answered.get('result')}


async def failure():
    result = await ask('fail')
    return told(str(result.get('error') or result))


async def tokens():
    known = await ask('one', TOKENS_URL, BearerTokenAuth(token=TOKEN))
    try:
        result = await ask('one', TOKENS_URL)
        without = 'served' if result.get('result') == 'echo: one' else 'refused'
    except Exception as error:
        without = 'refused' if '401' in str(error) or 'authentication' in str(error).lower() else str(error)[:300]
    return {'text': known.get('result'), 'without': without}


class Received:
    """Hands over the task that was notified to a URL, as a server of the user would."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def wait_for_result(self, task_id: str, timeout: float, poll_interval: float = 1.0) -> Task:
        received = await received_at(self.url)
        part = Part(root=TextPart(text=received['text']))
        return Task(
            id=task_id,
            context_id=task_id,
            status=TaskStatus(state=TaskState(received['states'][-1])),
            artifacts=[Artifact(artifact_id='answer', parts=[part])],
        )


async def push():
    url = f'{RECEIVER_URL}/{uuid.uuid4()}'
    result = await ask('late', updates=PushNotificationConfig(url=url, result_store=Received(url)))
    return {'text': result.get('result')}


asyncio.run(
    play_application(
        answer=answer,
        chunks=chunks,
        chunks_streamed=chunks_streamed,
        next_turn=next_turn,
        question=question,
        question_answer=question_answer,
        failure=failure,
        tokens=tokens,
        push=push,
    )
)
