"""Plays a remote agent as a LangChain runnable."""

import asyncio
import uuid

from langchain_core.runnables import RunnableConfig
from langchain_remote_a2a_agent import RemoteAgent

from report import OPEN_URL, TOKEN, TOKENS_URL, play_application, told

CARD = '/.well-known/agent-card.json'


def agent(url: str = OPEN_URL, **more) -> RemoteAgent:
    return RemoteAgent(name='remote', description='Plays.', agent_card_url=url + CARD, **more)


def config() -> RunnableConfig:
    return RunnableConfig(configurable={'thread_id': str(uuid.uuid4())})


async def ask(words: str, remote=None, thread=None) -> str:
    result = await (remote or agent()).ainvoke(words, thread or config())
    return result['messages'][-1].content


async def answer():
    return {'text': await ask('one')}


async def chunks():
    pieces = []
    async for state in agent().astream('many', config()):
        pieces += [message.content for message in state['messages']]
    streamed, whole = ''.join(pieces), await ask('many')
    return {'text': whole if streamed == whole else {'streamed': streamed, 'whole': whole}}


async def next_turn():
    remote, thread = agent(), config()
    first = await ask('context', remote, thread)
    return {'sameContext': first != '' and await ask('context', remote, thread) == first}


async def question():
    return {'prompt': await ask('ask')}


async def question_answer():
    remote, thread = agent(), config()
    await ask('ask', remote, thread)
    return {'text': await ask('blue', remote, thread)}


async def failure():
    try:
        return told(await ask('fail'))
    except Exception as error:
        return told(str(error))


async def tokens():
    known = await ask('one', agent(TOKENS_URL, headers={'Authorization': f'Bearer {TOKEN}'}))
    try:
        served = await ask('one', agent(TOKENS_URL))
    except Exception:
        served = ''
    return {'text': known, 'without': 'served' if 'echo' in served else 'refused'}


asyncio.run(
    play_application(
        answer=answer,
        chunks=chunks,
        next_turn=next_turn,
        question=question,
        question_answer=question_answer,
        failure=failure,
        tokens=tokens,
    )
)
