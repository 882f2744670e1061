import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { ALGORITHM, type SigningKeys } from '../keys/signing-keys.js';
import type { PendingPush } from '../tasks/log/push/push-deliveries.js';
import type { NotificationBody } from './notification.js';

/** How long a receiver may take a signature as new. */
const FRESH_SECONDS = 300;

/** Who notifies. */
export interface Notifier {
  readonly keys: Pick<SigningKeys, 'current'>;
  /** The URL of the agent, without a trailing slash. Called after the server listens. */
  readonly url: () => string;
  /** Where receivers find the public keys. */
  readonly keySetUrl: () => string;
}

/**
 * The headers of a notification: what the caller has configured, an id with which the receiver recognizes a second delivery, and a signed
 * token (JWT) over the body.
 *
 * @param now milliseconds since 1970
 */
export async function notificationHeaders(
  { url, token, scheme, credentials, version, taskId }: PendingPush,
  seq: number,
  { body, contentType }: NotificationBody,
  notifier: Notifier,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  const id = `${taskId}:${seq}`;
  const seconds = Math.floor(now / 1000);
  const key = await notifier.keys.current();
  const digest = createHash('sha256').update(body).digest('hex');
  const signature = await new SignJWT({ request_body_sha256: digest })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: key.id, jku: notifier.keySetUrl() })
    .setIssuer(notifier.url())
    .setAudience(url)
    .setSubject(taskId)
    .setJti(id)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + FRESH_SECONDS)
    .sign(key.privateKey);
  return {
    'Content-Type': contentType,
    'User-Agent': 'Molecule',
    'A2A-Version': version,
    'Webhook-Id': id,
    'Webhook-Timestamp': String(seconds),
    'X-A2A-Notification-Sequence': String(seq),
    'X-A2A-Notification-Signature': signature,
    ...(token !== undefined && { 'X-A2A-Notification-Token': token }),
    ...(scheme !== undefined && credentials !== undefined && { Authorization: `${scheme} ${credentials}` }),
  };
}
