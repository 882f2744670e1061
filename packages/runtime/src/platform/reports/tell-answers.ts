import type { JsonObject, Logger } from '@molecule/adapters';
import { z } from 'zod';
import type { HeldDuty } from '../../tasks/duties.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { UntoldAnswer } from '../../tasks/log/untold-answers.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';
import { PeerAnswers } from './peer-answers.js';

/** Answers for the person that are read at once, and for each peer. */
const BATCH = 20;
const BATCH_OF_PEER = 4;
/** How long after its turn an answer may still be on its way to a sender that waits. Milliseconds. */
const ON_ITS_WAY_MS = 5_000;
/** The platform may accept later what it refuses with these. */
const NOT_NOW = [401, 404, 429];
/** The platform's limit of records in one answer. */
const MOST_RECORDS = 500;

const record = z.looseObject({
  method: z.string().nullish(),
  status: z.string().nullish(),
  source_id: z.string().nullish(),
  request_body: z
    .looseObject({ params: z.looseObject({ message: z.looseObject({}) }) })
    .nullish()
    .catch(undefined),
  response_body: z.looseObject({}).nullish().catch(undefined),
});

type Record = z.output<typeof record>;

export interface TellAnswersOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly log: Pick<TaskLog, 'untoldAnswers' | 'changed'>;
  /** True while the platform answers. */
  readonly connected: () => boolean;
  /** True if a peer takes a message once that is sent twice. */
  readonly answersRepeats: (peerId: string) => Promise<boolean>;
  readonly logger: Logger;
  /** Default 5,000. */
  readonly onItsWayMs?: number;
}

/**
 * Sends the person the answers that their senders have not received: of turns that outlived the connection of their sender or their process, and of
 * messages that the agent sent itself. The platform passes on an answer only to a sender that waits: it throws away what it gets for a message
 * of its queue (`DrainQueueForWorkspace` of its `a2a_queue.go`), delegations excepted.
 */
export class TellAnswers {
  readonly #options: TellAnswersOptions;
  readonly #base: string;
  readonly #peers: PeerAnswers;

  constructor(options: TellAnswersOptions) {
    const { workspaceId, log } = options;
    this.#options = options;
    this.#peers = new PeerAnswers({ ...options, untold: log.untoldAnswers });
    this.#base = `/workspaces/${encodeURIComponent(workspaceId)}`;
  }

  /** Tells until the duty is lost or left. Never rejects. */
  async run(duty: HeldDuty): Promise<void> {
    const { log, logger } = this.#options;
    const { signal } = duty;
    while (!signal.aborted) {
      const changed = log.changed({ kind: 'turn' }, signal);
      try {
        await this.#tellDue(duty);
      } catch (error) {
        const isExpected = signal.aborted || StorageError.is(error) || PlatformError.is(error);
        if (isExpected) logger.debug('answers for the person wait', { reason: String(error) });
        else logger.warn('answers could not be sent to the person; this is tried again', { error });
      }
      await changed;
    }
  }

  async #tellDue(duty: HeldDuty): Promise<void> {
    const { api, log, connected, onItsWayMs = ON_ITS_WAY_MS } = this.#options;
    if (!connected() || api.quietMs > 0) return;
    const forPeers = await log.untoldAnswers.nextForPeers(BATCH_OF_PEER);
    for (const answer of forPeers) this.#peers.begin(answer, duty.signal);
    const forPerson = await log.untoldAnswers.next(BATCH);
    const due = forPerson.filter(({ answerTo, at }) => answerTo !== 'proxy' || Date.now() - at >= onItsWayMs);
    const isUnsure = due.some(({ answerTo, isInDoubt }) => answerTo === 'proxy' || isInDoubt);
    const known = isUnsure ? await this.#known(duty) : [];
    for (const answer of due) await this.#tell(answer, known, duty);
  }

  async #tell(answer: UntoldAnswer, known: readonly Record[], duty: HeldDuty): Promise<void> {
    const { log, logger } = this.#options;
    const { id, taskId, text, isInDoubt } = answer;
    const exchanges = known.filter((one) => one.request_body?.params.message['messageId'] === answer.messageId);
    const hasAnswer = exchanges.some((one) => one.response_body && one.status !== 'error');
    // The platform names the source of messages of other workspaces only; their answer is no concern of the person.
    const isPeers = exchanges.some(({ source_id }) => typeof source_id === 'string');
    // A notification that is older than the message had another answer with the same text.
    const own = known.findIndex((one) => exchanges.includes(one));
    const later = own < 0 ? known : known.slice(0, own);
    const isTold = isInDoubt && later.some((one) => one.method === 'notify' && one.response_body?.['result'] === text);
    if (answer.answerTo === 'proxy' ? hasAnswer || isPeers || isTold : isTold) {
      await log.untoldAnswers.told(id);
      return;
    }
    await log.untoldAnswers.sending(id, true);
    await this.#notify({ message: text }, id, duty);
    await log.untoldAnswers.told(id);
    logger.info('an answer that its sender had not received was sent to the person', { taskId });
  }

  /** @throws {PlatformError} if it is to be sent later; one that the platform refuses for good is dropped */
  async #notify(body: JsonObject, id: string, { isHeld, signal }: HeldDuty): Promise<void> {
    const { api, log, logger } = this.#options;
    if (!isHeld) throw new PlatformError('another process may tell it by now');
    try {
      await api.call({ method: 'POST', path: `${this.#base}/notify`, body, signal });
    } catch (error) {
      const status = PlatformError.is(error) ? error.status : undefined;
      if (status === undefined || status >= 500) throw error;
      await log.untoldAnswers.sending(id, false);
      if (NOT_NOW.includes(status)) throw error;
      logger.warn('the platform refused an answer for the person, which is in the task only', {
        reason: String(error),
      });
    }
  }

  /** What the platform has recorded of messages and answers, newest first. */
  async #known({ signal }: HeldDuty): Promise<readonly Record[]> {
    const path = `${this.#base}/activity?type=a2a_receive&limit=${MOST_RECORDS}`;
    const rows = z.array(z.unknown()).parse((await this.#options.api.call({ method: 'GET', path, signal })) ?? []);
    return rows.flatMap((row) => {
      const { data } = record.safeParse(row);
      return data ? [data] : [];
    });
  }
}
