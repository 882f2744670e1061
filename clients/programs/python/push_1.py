"""Plays push configurations with the official Python client, current version."""

from a2a.types import (
    AuthenticationInfo,
    DeleteTaskPushNotificationConfigRequest,
    GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest,
    TaskPushNotificationConfig,
)

from report import RECEIVER_URL, received_at


async def push(client, task_id: str, answer) -> dict:
    """Sets a configuration for a task that waits for an answer, reads it, and asks the receiver what came."""
    url = f'{RECEIVER_URL}/{task_id}'
    await client.create_task_push_notification_config(config(task_id, 'first', url))
    got = await client.get_task_push_notification_config(
        GetTaskPushNotificationConfigRequest(task_id=task_id, id='first')
    )
    await answer()
    return {'got': (got.id, got.url) == ('first', url), 'received': await received_at(url)}


async def push_list(client, task_id: str) -> dict:
    async def ids() -> list[str]:
        page = await client.list_task_push_notification_configs(
            ListTaskPushNotificationConfigsRequest(task_id=task_id)
        )
        return sorted(config.id for config in page.configs)

    for name in ('first', 'second'):
        await client.create_task_push_notification_config(config(task_id, name, f'{RECEIVER_URL}/none'))
    listed = await ids()
    await client.delete_task_push_notification_config(
        DeleteTaskPushNotificationConfigRequest(task_id=task_id, id='second')
    )
    return {'listed': listed, 'left': await ids()}


def config(task_id: str, name: str, url: str) -> TaskPushNotificationConfig:
    return TaskPushNotificationConfig(
        task_id=task_id,
        id=name,
        url=url,
        token='push-token',
        authentication=AuthenticationInfo(scheme='Bearer', credentials='push-credentials'),
    )
