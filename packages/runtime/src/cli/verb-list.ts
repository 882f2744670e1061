import type { Verb } from './command-line/verb.js';
import { doctor } from './verbs/doctor.js';
import { keys } from './verbs/keys.js';
import { prompt } from './verbs/prompt.js';
import { push } from './verbs/push.js';
import { send } from './verbs/send.js';
import { start } from './verbs/start.js';
import { task } from './verbs/task.js';
import { tasks } from './verbs/tasks.js';
import { verify } from './verbs/verify.js';
import { version } from './verbs/version.js';

/** Every command of `molecule`, in the order of the help. A new one is a file in `verbs/` and a line here. */
export const VERBS: readonly Verb[] = [start, doctor, send, task, tasks, push, keys, prompt, verify, version];
