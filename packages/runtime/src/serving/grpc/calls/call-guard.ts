import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import type { Logger } from '@molecule/adapters';
import { internal } from '../../../tasks/a2a-errors.js';
import { INVALID_PARAMS_TYPE, withLegacyType } from '../errors/legacy-type.js';
import { type Refusal, refusalStatus } from '../errors/refusal.js';
import { refusalOf } from '../errors/refusal-of.js';
import { UnreadableRequest } from '../requests/readable-requests.js';
import { type AdmissionOptions, admit, isRefusal, TOO_MANY } from './admission.js';
import { AnswerStream } from './answer-stream.js';
import { keepCaller } from './caller-of-call.js';
import type { StreamLimits } from './grpc-client-stream.js';
import { OpenCall } from './open-call.js';
import type { OpenCalls } from './open-calls.js';

export interface CallGuardOptions extends Omit<AdmissionOptions, 'isFull'> {
  readonly calls: OpenCalls;
  /** The protocol version of each service of A2A, by its name. Calls of other services pass. */
  readonly versions: Readonly<Record<string, string>>;
  readonly limits: StreamLimits;
  readonly logger: Logger;
  /** Called with each call. */
  readonly onCall: () => void;
}

/** Admits the calls of A2A's services before their messages are read, follows them, and completes the status with which they end. */
export function callGuard(guard: CallGuardOptions): ServerInterceptor {
  const { calls, versions, onCall, limits, logger, ...rules } = guard;
  const options = { ...rules, isFull: () => calls.isFull };
  return ({ path, responseStream }, call) => {
    const version = versions[path.split('/')[1] ?? ''];
    if (version === undefined) return new ServerInterceptingCall(call);
    onCall();
    let open: OpenCall | undefined;
    let isOver = false;
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const stream = new AnswerStream(call, rules.sockets.of(call));
            const arrived = new OpenCall(metadata, { end: (ended) => call.sendStatus(ended), stream, limits, version });
            void admit({ call, metadata, version, open: arrived }, options)
              .catch(faultOf(logger, version))
              .then((decision) => {
                if (isRefusal(decision)) return call.sendStatus(refusalStatus(decision));
                // The client may have gone meanwhile.
                if (isOver) return undefined;
                // Others may have been admitted meanwhile.
                if (calls.isFull) return call.sendStatus(refusalStatus(TOO_MANY));
                open = arrived;
                calls.add(open);
                keepCaller(metadata, decision);
                return pass(metadata);
              });
          },
          onReceiveMessage: (message, pass) => {
            if (message instanceof UnreadableRequest) call.sendStatus(refusalStatus(unreadable(message, version)));
            else pass(message);
          },
          // Called at the end of every call.
          onCancel: () => {
            isOver = true;
            open?.client.closed();
            if (open) calls.remove(open);
          },
        }),
      sendMessage: (message, pass) => {
        open?.sends();
        pass(message);
        if (!responseStream) open?.answered();
      },
      sendStatus: (made, pass) => {
        pass(made.code === status.OK ? made : (open?.failure() ?? made));
        open?.answered();
      },
    });
  };
}

function unreadable({ refusal }: UnreadableRequest, version: string): Refusal {
  return withLegacyType(refusal, version, INVALID_PARAMS_TYPE);
}

/** The refusal of a call about which nothing could be decided. */
function faultOf(logger: Logger, version: string): (error: unknown) => Refusal {
  return (error) => {
    const incident = crypto.randomUUID();
    logger.error('a request failed', { operation: 'admit', incident, error });
    return refusalOf(internal(incident), version);
  };
}
