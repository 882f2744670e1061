// Loaded into the server before its own code. If the process that started it is killed (SIGKILL), the server drains and
// ends as after a stop signal.
import process from 'node:process';

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The listener must not keep the process alive.
process.channel?.unref();
