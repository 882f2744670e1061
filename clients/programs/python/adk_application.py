"""Plays an agent of Google's Agent Development Kit that asks a remote agent."""

import asyncio
import uuid

import httpx

from google.adk.agents.remote_a2a_agent import RemoteA2aAgent
from google.adk.runners import InMemoryRunner
from google.genai import types

from report import FILE_BYTES, FILE_NAME, FILE_TYPE, OPEN_URL, TOKEN, TOKENS_URL, play_application, sha, told

CARD = '/.well-known/agent-card.json'


class Chat:
    """A session with a remote agent."""

    def __init__(self, url: str, headers=None) -> None:
        self.http = httpx.AsyncClient(timeout=30, headers=headers)
        agent = RemoteA2aAgent(name='remote', agent_card=url + CARD, httpx_client=self.http)
        self.runner = InMemoryRunner(agent=agent, app_name='clients')
        self.user = str(uuid.uuid4())
        self.session = None

    async def say(self, *parts) -> list:
        """The events that the session keeps of this turn: those that are not partial."""
        service = self.runner.session_service
        if self.session is None:
            created = await service.create_session(app_name='clients', user_id=self.user)
            self.session = created.id
        before = len((await self.read()).events)
        content = types.Content(role='user', parts=list(parts))
        async for _ in self.runner.run_async(user_id=self.user, session_id=self.session, new_message=content):
            pass
        return [event for event in (await self.read()).events[before:] if event.author != 'user']

    async def read(self):
        service = self.runner.session_service
        return await service.get_session(app_name='clients', user_id=self.user, session_id=self.session)


def parts_of(events) -> list:
    return [part for event in events if event.content for part in event.content.parts or []]


def text_of(events) -> str:
    return ''.join(part.text for part in parts_of(events) if part.text and not part.thought)


async def text(chat: Chat, words: str) -> str:
    return text_of(await chat.say(types.Part(text=words)))


async def answer():
    return {'text': await text(Chat(OPEN_URL), 'one')}


async def chunks():
    return {'text': await text(Chat(OPEN_URL), 'many')}


async def next_turn():
    chat = Chat(OPEN_URL)
    first = await text(chat, 'context')
    return {'sameContext': first != '' and await text(chat, 'context') == first}


async def ask(chat: Chat):
    events = await chat.say(types.Part(text='ask'))
    calls = [part.function_call for part in parts_of(events) if part.function_call]
    if len(calls) != 1:
        raise ValueError(f'{len(calls)} calls instead of one: {[call.args for call in calls]}')
    return calls[0]


async def question():
    [prompt] = (await ask(Chat(OPEN_URL))).args.values()
    return {'prompt': prompt}


async def question_answer():
    chat = Chat(OPEN_URL)
    call = await ask(chat)
    response = types.FunctionResponse(id=call.id, name=call.name, response={'result': 'blue'})
    return {'text': text_of(await chat.say(types.Part(function_response=response)))}


async def file():
    blob = types.Blob(data=FILE_BYTES, mime_type=FILE_TYPE, display_name=FILE_NAME)
    events = await Chat(OPEN_URL).say(types.Part(text='file'), types.Part(inline_data=blob))
    back = [part.inline_data.data for part in parts_of(events) if part.inline_data]
    return {'engine': text_of(events), 'sha': sha(back[0]) if len(back) == 1 else [sha(data) for data in back]}


async def failure():
    events = await Chat(OPEN_URL).say(types.Part(text='fail'))
    return told(text_of(events) + ''.join(event.error_message or '' for event in events))


async def tokens():
    known = await text(Chat(TOKENS_URL, {'Authorization': f'Bearer {TOKEN}'}), 'one')
    events = await Chat(TOKENS_URL).say(types.Part(text='one'))
    served = 'echo' in text_of(events)
    return {'text': known, 'without': 'served' if served else 'refused'}


asyncio.run(
    play_application(
        answer=answer,
        chunks=chunks,
        next_turn=next_turn,
        question=question,
        question_answer=question_answer,
        file=file,
        failure=failure,
        tokens=tokens,
    )
)
