"""Plays every operation with the official Python client of protocol version 0.3."""

import asyncio
import base64
import uuid

import grpc
import httpx

from a2a.client import (
    A2ACardResolver,
    AuthInterceptor,
    ClientConfig,
    ClientFactory,
    CredentialService,
)
from a2a.client.errors import A2AClientHTTPError, A2AClientJSONRPCError
from a2a.types import (
    FilePart,
    FileWithBytes,
    GetTaskPushNotificationConfigParams,
    Message,
    Part,
    PushNotificationAuthenticationInfo,
    PushNotificationConfig,
    Role,
    Task,
    TaskArtifactUpdateEvent,
    TaskIdParams,
    TaskPushNotificationConfig,
    TaskQueryParams,
    TextPart,
)

from report import (
    CRASHING_URL,
    FILE_BYTES,
    FILE_NAME,
    FILE_TYPE,
    OPEN_URL,
    OVER,
    RECEIVER_URL,
    TOKEN,
    TOKENS_URL,
    crash_agent,
    play,
    received_at,
    sha,
)

CODES = {-32001: 'TaskNotFound', -32002: 'TaskNotCancelable', -32602: 'InvalidParams'}
FINAL = ('completed', 'failed', 'canceled', 'rejected')


class OneToken(CredentialService):
    async def get_credentials(self, _scheme, _context):
        return TOKEN


def parts_of(task: Task) -> list:
    return [part.root for artifact in task.artifacts or [] for part in artifact.parts]


def text_of(task: Task) -> str:
    return ''.join(part.text for part in parts_of(task) if isinstance(part, TextPart))


def prompt_of(task: Task) -> str:
    message = task.status.message
    parts = message.parts if message else []
    return ''.join(part.root.text for part in parts if isinstance(part.root, TextPart))


def done(task: Task) -> dict:
    return {'state': task.status.state.value, 'text': text_of(task)}


def text_message(text: str, **more) -> Message:
    return message([Part(root=TextPart(text=text))], **more)


def message(parts, **more) -> Message:
    return Message(message_id=str(uuid.uuid4()), role=Role.user, parts=parts, **more)


async def error_of(run) -> dict:
    """The client has a class for errors of JSON-RPC, which have a code, one for HTTP, with a text, and none for gRPC."""
    try:
        got = await run()
    except A2AClientJSONRPCError as error:
        return {'error': CODES.get(error.error.code, error.error.code)}
    except A2AClientHTTPError as error:
        return {'error': f'HTTP {error.status_code}', 'words': error.message[:200]}
    except grpc.aio.AioRpcError as error:
        return {'error': error.code().name}
    return {'error': None, 'got': str(got)[:200]}


class WithToken(grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation, details, request):
        metadata = grpc.aio.Metadata(*(details.metadata or ()), ('authorization', f'Bearer {TOKEN}'))
        return await continuation(details._replace(metadata=metadata), request)


def channel_with_token(url: str) -> grpc.aio.Channel:
    return grpc.aio.insecure_channel(url, interceptors=[WithToken()])


class Operations:
    def __init__(self, over: str, card, http: httpx.AsyncClient) -> None:
        self.binding = over.split(' ')[0]
        self.card = card
        self.http = http
        self.streaming = self.client(streaming=True)
        self.plain = self.client()
        self.polling = self.client(polling=True)

    def client(self, card=None, interceptors=None, http=None, **options):
        config = ClientConfig(
            httpx_client=http or self.http,
            supported_transports=[self.binding],
            **{'streaming': False, 'grpc_channel_factory': grpc.aio.insecure_channel, **options},
        )
        return ClientFactory(config).create(card or self.card, interceptors=interceptors)

    async def ask(self, request: Message, client=None) -> Task:
        async for event in (client or self.plain).send_message(request):
            return event[0]
        raise ValueError('no answer')

    async def send(self):
        return done(await self.ask(text_message('one')))

    async def poll(self):
        first = task = await self.ask(text_message('late'), self.polling)
        while task.status.state.value not in FINAL:
            await asyncio.sleep(0.05)
            task = await self.plain.get_task(TaskQueryParams(id=first.id))
        return {'early': first.status.state.value not in FINAL, **done(task)}

    async def stream(self):
        pieces, task = 0, None
        async for task, update in self.streaming.send_message(text_message('many')):
            pieces += isinstance(update, TaskArtifactUpdateEvent)
        return {'pieces': 'several' if pieces > 1 else pieces, **done(task)}

    async def get(self):
        sent = await self.ask(text_message('one'))
        task = await self.plain.get_task(TaskQueryParams(id=sent.id, history_length=10))
        return {'asked': task.history[0].parts[0].root.text, **done(task)}

    async def cancel(self):
        began, last = asyncio.Event(), {}

        async def follow():
            async for task, _ in self.streaming.send_message(text_message('long')):
                last['task'] = task
                if text_of(task) == 'begun':
                    began.set()

        following = asyncio.create_task(follow())
        await asyncio.wait_for(began.wait(), 20)
        self.canceled = last['task'].id
        canceled = await self.plain.cancel_task(TaskIdParams(id=self.canceled))
        await asyncio.wait_for(following, 20)
        return {'state': canceled.status.state.value, 'stream': last['task'].status.state.value}

    async def cancel_again(self):
        return await error_of(lambda: self.plain.cancel_task(TaskIdParams(id=self.canceled)))

    async def resubscribe(self):
        stream, pieces, task = self.streaming.send_message(text_message('slow')), 0, None
        async for task, update in stream:
            pieces += isinstance(update, TaskArtifactUpdateEvent)
            if pieces == 3:
                break
        await stream.aclose()
        async for task, _ in self.streaming.resubscribe(TaskIdParams(id=task.id)):
            pass
        return done(task)

    async def question(self):
        asked = await self.ask(text_message('ask'))
        answered = await self.ask(text_message('blue', task_id=asked.id, context_id=asked.context_id))
        return {
            'state': asked.status.state.value,
            'prompt': prompt_of(asked),
            'sameTask': asked.id == answered.id,
            'after': done(answered),
        }

    async def question_stream(self):
        task = None
        async for task, _ in self.streaming.send_message(text_message('ask')):
            pass
        return {'state': task.status.state.value, 'prompt': prompt_of(task)}

    async def failure(self):
        task = await self.ask(text_message('fail'))
        return {'state': task.status.state.value, 'message': prompt_of(task)}

    async def file(self):
        file = FileWithBytes(bytes=base64.b64encode(FILE_BYTES).decode(), name=FILE_NAME, mime_type=FILE_TYPE)
        task = await self.ask(message([Part(root=TextPart(text='file')), Part(root=FilePart(file=file))]))
        back = next(part.file for part in parts_of(task) if isinstance(part, FilePart))
        return {
            'engine': text_of(task),
            'name': back.name,
            'mediaType': back.mime_type,
            'sha': sha(base64.b64decode(back.bytes)),
        }

    async def with_token(self):
        """The transports of this client for REST and gRPC ask no interceptor for headers."""
        card = await A2ACardResolver(self.http, TOKENS_URL).get_agent_card()
        if self.binding == 'JSONRPC':
            return self.client(card, [AuthInterceptor(OneToken())])
        if self.binding == 'GRPC':
            return self.client(card, grpc_channel_factory=channel_with_token)
        headers = {'Authorization': f'Bearer {TOKEN}'}
        return self.client(card, http=httpx.AsyncClient(timeout=30, headers=headers))

    async def bearer(self):
        task = await self.ask(text_message('one'), await self.with_token())
        card = await A2ACardResolver(self.http, TOKENS_URL).get_agent_card()
        refused = await error_of(lambda: self.ask(text_message('one'), self.client(card)))
        return {**done(task), 'without': 'refused' if refused['error'] in ('HTTP 401', 'UNAUTHENTICATED') else refused}

    async def extended_card(self):
        extended = await (await self.with_token()).get_card()
        return {'name': extended.name, 'engine': any(skill.id == 'engine' for skill in extended.skills)}

    async def not_found(self):
        return await error_of(lambda: self.plain.get_task(TaskQueryParams(id=str(uuid.uuid4()))))

    async def not_cancelable(self):
        task = await self.ask(text_message('one'))
        return await error_of(lambda: self.plain.cancel_task(TaskIdParams(id=task.id)))

    async def stream_error(self):
        async def run():
            request = text_message('one', task_id=str(uuid.uuid4()))
            return [event async for event in self.streaming.send_message(request)]

        return await error_of(run)

    async def invalid(self):
        return await error_of(lambda: self.ask(message([])))

    async def push(self):
        asked = await self.ask(text_message('ask'))
        url = f'{RECEIVER_URL}/{asked.id}'
        config = PushNotificationConfig(
            id='first',
            url=url,
            token='push-token',
            authentication=PushNotificationAuthenticationInfo(schemes=['Bearer'], credentials='push-credentials'),
        )
        await self.plain.set_task_callback(
            TaskPushNotificationConfig(task_id=asked.id, push_notification_config=config)
        )
        got = await self.plain.get_task_callback(
            GetTaskPushNotificationConfigParams(id=asked.id, push_notification_config_id='first')
        )
        await self.ask(text_message('blue', task_id=asked.id, context_id=asked.context_id))
        kept = got.push_notification_config
        return {'got': (kept.id, kept.url) == ('first', url), 'received': await received_at(url)}

    async def crash(self):
        card = await A2ACardResolver(self.http, CRASHING_URL).get_agent_card()
        client, pieces, task, crashed = self.client(card, streaming=True), 0, None, False
        try:
            async for task, update in client.send_message(text_message('slow')):
                pieces += isinstance(update, TaskArtifactUpdateEvent)
                if pieces == 3 and not crashed:
                    crashed = True
                    await crash_agent()
        except Exception:
            # The stream may end with any error, if it was cut.
            if not crashed:
                raise
        cut = crashed and task.status.state.value not in FINAL
        async for task, _ in client.resubscribe(TaskIdParams(id=task.id)):
            pass
        return {'cut': cut, **done(task)}


PLAYED = [
    'send', 'poll', 'stream', 'get', 'cancel', 'cancel-again', 'resubscribe', 'question', 'question-stream', 'failure',
    'file', 'bearer', 'extended-card', 'not-found', 'not-cancelable', 'stream-error', 'invalid',
    'push', 'crash',
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
                return {'name': tokens_card.name, 'scheme': scheme.root.scheme.lower()}

            await play('card', over, read_card)
            await play('card-tokens', over, read_tokens_card)
            operations = Operations(over, card, http)
            for name in PLAYED:
                await play(name, over, getattr(operations, name.replace('-', '_')))


asyncio.run(main())
