import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Service } from '../service.js';
import { fileDescriptor, GOOGLE_FILES } from './file-descriptor.js';
import {
  decodeReflectionRequest,
  encodeReflectionAnswer,
  type ReflectionAnswer,
  type ReflectionRequest,
} from './reflection-codec.js';
import { SCHEMA_V1 } from './schema-v1.js';
import { SCHEMA_V03 } from './schema-v03.js';

/** The second name is the one that older clients use; the messages are the same. */
const NAMES = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** The files that describe A2A, by their names, and the package that each declares. */
const A2A_FILES = [
  { name: 'a2a.proto', pkg: 'lf.a2a.v1', schema: SCHEMA_V1 },
  { name: 'a2a_v0_3.proto', pkg: 'a2a.v1', schema: SCHEMA_V03 },
] as const;

/** The service by which clients such as grpcurl read the messages of the A2A services. */
export function reflectionServices(services: readonly string[]): readonly Service[] {
  const ours = A2A_FILES.map(({ name, pkg, schema }) => ({ name, pkg, bytes: fileDescriptor(name, pkg, schema) }));
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
