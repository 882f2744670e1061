"""Plays a remote agent as an agent of Strands."""

import asyncio

import httpx

from a2a.client import ClientConfig
from strands.agent.a2a_agent import A2AAgent

from report import OPEN_URL, TOKEN, TOKENS_URL, play_application, told


async def ask(words: str, url: str = OPEN_URL, headers=None):
    async with httpx.AsyncClient(timeout=30, headers=headers) as http:
        return await A2AAgent(url, client_config=ClientConfig(httpx_client=http)).invoke_async(words)


def text_of(result) -> str:
    return ''.join(block.get('text', '') for block in result.message['content'])


async def answer():
    return {'text': text_of(await ask('one'))}


async def chunks():
    return {'text': text_of(await ask('many'))}


async def question():
    result = await ask('ask')
    prompt = text_of(result)
    return {'prompt': prompt if result.stop_reason == 'interrupt' else {result.stop_reason: prompt}}


async def failure():
    return told(text_of(await ask('fail')))


async def tokens():
    known = await ask('one', TOKENS_URL, {'Authorization': f'Bearer {TOKEN}'})
    try:
        await ask('one', TOKENS_URL)
        without = 'served'
    except Exception as error:
        without = 'refused' if '401' in str(error) else str(error)[:300]
    return {'text': text_of(known), 'without': without}


asyncio.run(
    play_application(answer=answer, chunks=chunks, question=question, failure=failure, tokens=tokens)
)
