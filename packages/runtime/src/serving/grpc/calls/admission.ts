import { type Metadata, type ServerInterceptingCallInterface, status } from '@grpc/grpc-js';
import { FILE_URLS_EXTENSION } from '../../a2a/caller-files.js';
import type { Extensions } from '../../a2a/card/extensions.js';
import { RETRY_AFTER_SECONDS } from '../../a2a/own-status.js';
import { withoutPatch } from '../../a2a/protocol-versions.js';
import type { AccessControl } from '../../access/access-control.js';
import type { Credentials } from '../../access/credentials.js';
import { type BrowserGuardOptions, refusalMessage, refusalOfSource } from '../../http/guards/browser-guard.js';
import { certificateOf } from '../../http/guards/certificate-of.js';
import type { Refusal } from '../errors/refusal.js';
import type { GrpcCaller } from './caller-of-call.js';
import { firstOf, joined } from './metadata.js';
import type { OpenCall } from './open-call.js';
import type { OpenSockets } from './open-sockets.js';

const VERSION = 'a2a-version';

/** A call as it arrives. */
export interface ArrivingCall {
  readonly call: ServerInterceptingCallInterface;
  readonly metadata: Metadata;
  /** The protocol version of the service that is called. */
  readonly version: string;
  readonly open: OpenCall;
}

export interface AdmissionOptions {
  readonly access: AccessControl;
  readonly extensions: Extensions;
  readonly pages: BrowserGuardOptions;
  readonly sockets: OpenSockets;
  /** True while no further call is admitted. */
  readonly isFull: () => boolean;
}

/** Decides on a call before its message is read, by the rules that apply to requests over HTTP, in their order. */
export async function admit(arriving: ArrivingCall, options: AdmissionOptions): Promise<GrpcCaller | Refusal> {
  const { call, metadata, version } = arriving;
  if (options.isFull()) return TOO_MANY;
  const refusal = pageRefusal(call, metadata, options.pages) ?? versionRefusal(metadata, version);
  return refusal ?? identify(arriving, options);
}

export function isRefusal(decision: GrpcCaller | Refusal): decision is Refusal {
  return 'reason' in decision;
}

function pageRefusal(
  call: ServerInterceptingCallInterface,
  metadata: Metadata,
  options: BrowserGuardOptions,
): Refusal | undefined {
  const source = {
    host: call.getHost(),
    origin: firstOf(metadata, 'origin'),
    site: firstOf(metadata, 'sec-fetch-site'),
  };
  const isAuthorized = firstOf(metadata, 'authorization') !== undefined;
  const { localAddress } = call.getConnectionInfo();
  const refusal = refusalOfSource(source, { isAuthorized, localAddress }, options);
  return refusal && coded(status.PERMISSION_DENIED, refusal, refusalMessage(refusal, source));
}

/** The service decides on the version; a call that names none means that of the service. */
function versionRefusal(metadata: Metadata, version: string): Refusal | undefined {
  const named = firstOf(metadata, VERSION);
  if (named === undefined || withoutPatch(named) === version) return undefined;
  return coded(
    status.FAILED_PRECONDITION,
    'VERSION_NOT_SUPPORTED',
    `This service is version ${version} of A2A, and the call names version ${JSON.stringify(named.slice(0, 50))}. Send the metadata ${VERSION} with ${version}, or none; other versions have services of their own.`,
  );
}

async function identify(
  { call, metadata, open }: ArrivingCall,
  { access, extensions, sockets }: AdmissionOptions,
): Promise<GrpcCaller | Refusal> {
  const principal = await access.admit(credentialsOf(call, metadata, sockets));
  if (principal === undefined) return UNAUTHENTICATED;
  const negotiated = extensions.negotiate(joined(metadata, 'a2a-extensions') ?? joined(metadata, 'x-a2a-extensions'));
  return {
    ...principal,
    userName: principal.owner,
    isAuthenticated: access.required,
    traceparent: firstOf(metadata, 'traceparent'),
    namesVersion: true,
    client: open.client,
    extensions: negotiated,
    files: { acceptsUrls: negotiated.active.includes(FILE_URLS_EXTENSION) },
    call: open,
  };
}

function credentialsOf(call: ServerInterceptingCallInterface, metadata: Metadata, sockets: OpenSockets): Credentials {
  return {
    header: (name) => firstOf(metadata, name),
    certificate: certificateOf(sockets.of(call)),
    address: call.getConnectionInfo().remoteAddress,
  };
}

function coded(code: status, stable: string, message: string): Refusal {
  return { code, message, reason: stable, info: { code: stable } };
}

const UNAUTHENTICATED = coded(
  status.UNAUTHENTICATED,
  'UNAUTHENTICATED',
  'This agent must know who calls: send the metadata "authorization: Bearer <token>", or what else the securitySchemes of its card name. The operator of the agent finds in its log why a token was refused.',
);

/** The refusal of a call for which there is no room. */
export const TOO_MANY: Refusal = {
  ...coded(
    status.UNAVAILABLE,
    'TOO_MANY_CONNECTIONS',
    'This server has reached its number of calls (MOLECULE_MAX_CONNECTIONS). Try again in a moment.',
  ),
  retryAfterSeconds: RETRY_AFTER_SECONDS,
};
