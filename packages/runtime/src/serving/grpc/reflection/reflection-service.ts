import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Service } from '../service.js';
import { type DescribedFile, fileDescriptor, GOOGLE_FILES } from './file-descriptor.js';
import {
  decodeReflectionRequest,
  encodeReflectionAnswer,
  type ReflectionAnswer,
  type ReflectionRequest,
} from './reflection-codec.js';
import { SCHEMA_HEALTH } from './schema-health.js';
import { SCHEMA_V1 } from './schema-v1.js';
import { SCHEMA_V03 } from './schema-v03.js';

/** The second name is the one that older clients use; the messages are the same. */
const NAMES = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** The descriptions of the services that are served, this one excepted. */
export const DESCRIBED_FILES: readonly DescribedFile[] = [
  { name: 'a2a.proto', pkg: 'lf.a2a.v1', service: 'A2AService', schema: SCHEMA_V1 },
  { name: 'a2a_v0_3.proto', pkg: 'a2a.v1', service: 'A2AService', schema: SCHEMA_V03 },
  { name: 'grpc/health/v1/health.proto', pkg: 'grpc.health.v1', service: 'Health', schema: SCHEMA_HEALTH },
];

/** The service by which clients such as grpcurl list the services and read their messages. */
export function reflectionServices(): readonly Service[] {
  const services = DESCRIBED_FILES.map(({ pkg, service }) => `${pkg}.${service}`);
  const ours = DESCRIBED_FILES.map((file) => ({ ...file, bytes: fileDescriptor(file) }));
  const files = new Map<string, Uint8Array>([
    ...GOOGLE_FILES,
    ...ours.map(({ name, bytes }) => [name, bytes] as const),
  ]);
  const google = GOOGLE_FILES.map(([, bytes]) => bytes);
  const answerTo = ({ kind, name }: ReflectionRequest): ReflectionAnswer => {
    if (kind === 'services') return { services };
    const file = kind === 'file' ? files.get(name) : undefined;
    if (file) return { files: [file] };
    // No package begins like the other.
    const owner = kind === 'symbol' ? ours.find(({ pkg }) => name.startsWith(`${pkg}.`)) : undefined;
    return owner
      ? { files: [owner.bytes, ...google] }
      : { missing: `There is no ${kind} ${JSON.stringify(name)} here.` };
  };
  const serverReflectionInfo = (call: ServerDuplexStream<ReflectionRequest, Uint8Array>) => {
    call.on('data', (request: ReflectionRequest) => call.write(encodeReflectionAnswer(request, answerTo(request))));
    call.on('end', () => call.end());
  };
  return NAMES.map((name) => ({
    name,
    definition: {
      serverReflectionInfo: {
        path: `/${name}/ServerReflectionInfo`,
        requestStream: true,
        responseStream: true,
        requestSerialize: (request: ReflectionRequest) => Buffer.from(request.bytes),
        requestDeserialize: decodeReflectionRequest,
        responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    implementation: { serverReflectionInfo },
  }));
}
