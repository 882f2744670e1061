"""What every Python program of a kit shares: its settings, its report, and the file that it sends."""

import hashlib
import json
import os
import traceback

import httpx

# Libraries print, too, some of them from threads of their own: what they print goes to the errors.
REPORT = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)

OPEN_URL = os.environ['OPEN_URL']
TOKENS_URL = os.environ['TOKENS_URL']
TOKEN = os.environ['TOKEN']
RECEIVER_URL = os.environ['RECEIVER_URL']
CRASHING_URL = os.environ['CRASHING_URL']
CRASH_URL = os.environ['CRASH_URL']
OVER = json.loads(os.environ['OVER'])

FAILURE = 'This cannot be done.'
FILE_NAME = 'all bytes.bin'
FILE_TYPE = 'image/png'
FILE_BYTES = bytes(range(256))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def report(operation: str, over: str, saw: object) -> None:
    print(json.dumps({'operation': operation, 'over': over, 'saw': saw}), file=REPORT, flush=True)


async def play(operation: str, over: str, run) -> None:
    """Runs one operation and reports what it saw; an exception is reported as such."""
    try:
        saw = await run()
    except BaseException as error:  # an exception group of a cut stream is one, too
        traceback.print_exc()
        words = f'{type(error).__name__}: {error}'
        print(json.dumps({'operation': operation, 'over': over, 'broke': words[:600]}), file=REPORT, flush=True)
        return
    report(operation, over, saw)


async def play_application(**operations) -> None:
    """Plays the operations of an application, which chooses binding and version itself."""
    [over] = OVER
    for name, run in operations.items():
        await play(name.replace('_', '-'), over, run)


async def received_at(url: str) -> dict:
    """Waits for the end of the task that was notified to the URL."""
    async with httpx.AsyncClient(timeout=30) as http:
        return (await http.get(url)).raise_for_status().json()


async def crash_agent() -> None:
    """Returns when the agent that it has killed serves again."""
    async with httpx.AsyncClient(timeout=60) as http:
        (await http.post(CRASH_URL)).raise_for_status()


def told(words: str) -> dict:
    """What an application says of a failed task: its message, or all that was said instead."""
    return {'told': FAILURE if FAILURE in words else words[:300]}
