// Loaded into the server before its own code: when the process that started it dies without a word (SIGKILL), the
// server must drain and end as if it had been asked to.
import process from 'node:process';

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Waiting for that must not keep the process alive.
process.channel?.unref();
