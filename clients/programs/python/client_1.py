"""Plays every operation with the official Python client, current version."""

import asyncio
import uuid

import grpc
import httpx

from a2a.client import (
    A2ACardResolver,
    AuthInterceptor,
    ClientCallContext,
    ClientConfig,
    ClientFactory,
    CredentialService,
)
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    GetExtendedAgentCardRequest,
    GetTaskRequest,
    ListTasksRequest,
    Message,
    Part,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskState,
)
from a2a.utils import errors

from push_1 import push, push_list
from report import (
    CRASHING_URL,
    FILE_BYTES,
    FILE_NAME,
    FILE_TYPE,
    OPEN_URL,
    OVER,
    TOKEN,
    TOKENS_URL,
    crash_agent,
    play,
    sha,
)

FINAL = ('completed', 'failed', 'canceled', 'rejected')


def state_name(state: int) -> str:
    return TaskState.Name(state).removeprefix('TASK_STATE_').lower().replace('_', '-')


class Seen:
    """A task as the events of a stream make it."""

    def __init__(self) -> None:
        self.id = ''
        self.context = ''
        self.state = ''
        self.message = ''
        self.artifacts: dict[str, list[Part]] = {}
        self.pieces = 0

    def take(self, event) -> None:
        kind = event.WhichOneof('payload')
        if kind == 'task':
            self.take_task(event.task)
        elif kind == 'status_update':
            self.take_status(event.status_update.status)
        elif kind == 'artifact_update':
            update = event.artifact_update
            self.pieces += 1
            if not update.append:
                self.artifacts[update.artifact.artifact_id] = []
            self.artifacts.setdefault(update.artifact.artifact_id, []).extend(update.artifact.parts)
        else:
            raise ValueError(f'an event of kind {kind}')

    def take_task(self, task: Task) -> 'Seen':
        self.id = task.id
        self.context = task.context_id
        self.artifacts = {artifact.artifact_id: list(artifact.parts) for artifact in task.artifacts}
        self.take_status(task.status)
        return self

    def take_status(self, status) -> None:
        self.state = state_name(status.state)
        self.message = ''.join(part.text for part in status.message.parts)

    @property
    def parts(self) -> list[Part]:
        return [part for parts in self.artifacts.values() for part in parts]

    @property
    def text(self) -> str:
        return ''.join(part.text for part in self.parts if part.WhichOneof('content') == 'text')

    def done(self) -> dict:
        return {'state': self.state, 'text': self.text}


def seen(task: Task) -> Seen:
    return Seen().take_task(task)


class OneToken(CredentialService):
    async def get_credentials(self, _scheme, _context):
        return TOKEN


def text_message(text: str, **more) -> SendMessageRequest:
    return message([Part(text=text)], **more)


def message(parts, *, blocking=True, **more) -> SendMessageRequest:
    return SendMessageRequest(
        message=Message(message_id=str(uuid.uuid4()), role=Role.ROLE_USER, parts=parts, **more),
        configuration=SendMessageConfiguration(return_immediately=not blocking),
    )


async def error_of(run) -> dict:
    try:
        got = await run()
    except errors.A2AError as error:
        return {'error': type(error).__name__.removesuffix('Error')}
    return {'error': None, 'got': str(got)[:200]}


class Operations:
    def __init__(self, over: str, card: AgentCard, http: httpx.AsyncClient) -> None:
        self.card = self.only(card, over)
        self.over = over
        self.binding = over.split(' ')[0]
        self.http = http
        self.streaming = self.client(True)
        self.plain = self.client(False)

    @staticmethod
    def only(card: AgentCard, over: str) -> AgentCard:
        """The card with the one interface that is to be played."""
        one = AgentCard()
        one.CopyFrom(card)
        kept = [i for i in one.supported_interfaces if f'{i.protocol_binding} {i.protocol_version}' == over]
        del one.supported_interfaces[:]
        one.supported_interfaces.extend(kept)
        return one

    def client(self, streaming: bool, card=None, interceptors=None):
        config = ClientConfig(
            streaming=streaming,
            httpx_client=self.http,
            grpc_channel_factory=grpc.aio.insecure_channel,
            supported_protocol_bindings=[self.binding],
        )
        return ClientFactory(config).create(card or self.card, interceptors)

    async def ask(self, request: SendMessageRequest, client=None) -> Seen:
        async for event in (client or self.plain).send_message(request):
            return seen(event.task)
        raise ValueError('no answer')

    async def send(self):
        return (await self.ask(text_message('one'))).done()

    async def poll(self):
        first = await self.ask(text_message('late', blocking=False))
        task = first
        while task.state not in FINAL:
            await asyncio.sleep(0.05)
            task = seen(await self.plain.get_task(GetTaskRequest(id=first.id)))
        return {'early': first.state not in FINAL, **task.done()}

    async def stream(self):
        told = Seen()
        async for event in self.streaming.send_message(text_message('many')):
            told.take(event)
        return {'pieces': 'several' if told.pieces > 1 else told.pieces, **told.done()}

    async def get(self):
        sent = await self.ask(text_message('one'))
        task = await self.plain.get_task(GetTaskRequest(id=sent.id, history_length=10))
        return {'asked': task.history[0].parts[0].text, **seen(task).done()}

    async def list(self):
        context = (await self.ask(text_message('one'))).context
        for _ in range(2):
            await self.ask(text_message('one', context_id=context))
        pages, ids, token, total = [], set(), '', None
        while True:
            page = await self.plain.list_tasks(
                ListTasksRequest(context_id=context, page_size=2, page_token=token)
            )
            pages.append(len(page.tasks))
            ids.update(task.id for task in page.tasks)
            total, token = page.total_size, page.next_page_token
            if not token:
                return {'pages': pages, 'total': total, 'distinct': len(ids)}

    async def cancel(self):
        told, began = Seen(), asyncio.Event()

        async def follow():
            async for event in self.streaming.send_message(text_message('long')):
                told.take(event)
                if told.text == 'begun':
                    began.set()

        following = asyncio.create_task(follow())
        await asyncio.wait_for(began.wait(), 20)
        canceled = seen(await self.plain.cancel_task(CancelTaskRequest(id=told.id)))
        await asyncio.wait_for(following, 20)
        self.canceled = told.id
        return {'state': canceled.state, 'stream': told.state}

    async def cancel_again(self):
        if self.over.endswith('0.3'):
            return await error_of(lambda: self.plain.cancel_task(CancelTaskRequest(id=self.canceled)))
        return {'state': seen(await self.plain.cancel_task(CancelTaskRequest(id=self.canceled))).state}

    async def resubscribe(self):
        told = Seen()
        stream = self.streaming.send_message(text_message('slow'))
        async for event in stream:
            told.take(event)
            if told.pieces == 3:
                break
        await stream.aclose()
        again = Seen()
        async for event in self.streaming.subscribe(SubscribeToTaskRequest(id=told.id)):
            again.take(event)
        return again.done()

    async def question(self):
        asked = await self.ask(text_message('ask'))
        answered = await self.ask(text_message('blue', task_id=asked.id, context_id=asked.context))
        return {
            'state': asked.state,
            'prompt': asked.message,
            'sameTask': asked.id == answered.id,
            'after': answered.done(),
        }

    async def question_stream(self):
        told = Seen()
        async for event in self.streaming.send_message(text_message('ask')):
            told.take(event)
        return {'state': told.state, 'prompt': told.message}

    async def failure(self):
        task = await self.ask(text_message('fail'))
        return {'state': task.state, 'message': task.message}

    async def file(self):
        part = Part(raw=FILE_BYTES, filename=FILE_NAME, media_type=FILE_TYPE)
        task = await self.ask(message([Part(text='file'), part]))
        back = next(part for part in task.parts if part.WhichOneof('content') == 'raw')
        return {
            'engine': task.text,
            'name': back.filename,
            'mediaType': back.media_type,
            'sha': sha(back.raw),
        }

    async def bearer(self):
        card = self.only(await A2ACardResolver(self.http, TOKENS_URL).get_agent_card(), self.over)
        with_token = self.client(False, card, [AuthInterceptor(OneToken())])
        task = await self.ask(text_message('one'), with_token)
        try:
            await self.ask(text_message('one'), self.client(False, card))
            without = 'served'
        except errors.A2AError:
            without = 'refused'
        return {**task.done(), 'without': without}

    async def extended_card(self):
        card = self.only(await A2ACardResolver(self.http, TOKENS_URL).get_agent_card(), self.over)
        client = self.client(False, card, [AuthInterceptor(OneToken())])
        extended = await client.get_extended_agent_card(GetExtendedAgentCardRequest(), context=ClientCallContext())
        return {'name': extended.name, 'engine': any(skill.id == 'engine' for skill in extended.skills)}

    async def not_found(self):
        return await error_of(lambda: self.plain.get_task(GetTaskRequest(id=str(uuid.uuid4()))))

    async def not_cancelable(self):
        done = await self.ask(text_message('one'))
        return await error_of(lambda: self.plain.cancel_task(CancelTaskRequest(id=done.id)))

    async def stream_error(self):
        async def run():
            request = text_message('one', task_id=str(uuid.uuid4()))
            return [event async for event in self.streaming.send_message(request)]

        return await error_of(run)

    async def invalid(self):
        return await error_of(lambda: self.ask(message([])))

    async def push(self):
        asked = await self.ask(text_message('ask'))

        async def answer():
            await self.ask(text_message('blue', task_id=asked.id, context_id=asked.context))

        return await push(self.plain, asked.id, answer)

    async def push_list(self):
        return await push_list(self.plain, (await self.ask(text_message('ask'))).id)

    async def crash(self):
        card = self.only(await A2ACardResolver(self.http, CRASHING_URL).get_agent_card(), self.over)
        client, told, crashed = self.client(True, card), Seen(), False
        try:
            async for event in client.send_message(text_message('slow')):
                told.take(event)
                if told.pieces == 3 and not crashed:
                    crashed = True
                    await crash_agent()
        except Exception:
            # The stream may end with any error, if it was cut.
            if not crashed:
                raise
        again = Seen()
        async for event in client.subscribe(SubscribeToTaskRequest(id=told.id)):
            again.take(event)
        return {'cut': crashed and told.state not in FINAL, **again.done()}


PLAYED = [
    'send', 'poll', 'stream', 'get', 'list', 'cancel', 'cancel-again', 'resubscribe', 'question', 'question-stream',
    'failure', 'file', 'bearer', 'extended-card', 'not-found', 'not-cancelable', 'stream-error', 'invalid',
    'push', 'push-list', 'crash',
]  # fmt: skip


async def main() -> None:
    async with httpx.AsyncClient(timeout=30) as http:
        card = await A2ACardResolver(http, OPEN_URL).get_agent_card()
        tokens_card = await A2ACardResolver(http, TOKENS_URL).get_agent_card()
        for over in OVER:

            async def read_card():
                return {'name': card.name, 'streaming': card.capabilities.streaming}

            async def read_tokens_card():
                [scheme] = tokens_card.security_schemes.values()
                return {'name': tokens_card.name, 'scheme': scheme.http_auth_security_scheme.scheme.lower()}

            await play('card', over, read_card)
            await play('card-tokens', over, read_tokens_card)
            operations = Operations(over, card, http)
            for name in PLAYED:
                if over.endswith('0.3') and name == 'list':
                    continue
                await play(name, over, getattr(operations, name.replace('-', '_')))


asyncio.run(main())
