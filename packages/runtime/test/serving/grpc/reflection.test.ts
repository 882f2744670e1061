import { once } from 'node:events';
import { LegacyA2AService } from '@a2a-js/sdk/compat/v0_3/server/grpc';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Client, credentials, type MethodDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { healthDefinition } from '../../../src/serving/grpc/health/health-service.js';
import { fileDescriptor, GOOGLE_FILES } from '../../../src/serving/grpc/reflection/file-descriptor.js';
import { DESCRIBED_FILES, reflectionServices } from '../../../src/serving/grpc/reflection/reflection-service.js';

const DEFINITIONS: Readonly<Record<string, object>> = {
  'lf.a2a.v1': A2AService,
  'a2a.v1': LegacyA2AService,
  'grpc.health.v1': healthDefinition,
};

describe.each(DESCRIBED_FILES)('the description of $pkg', (described) => {
  const { pkg } = described;
  const definition = DEFINITIONS[pkg] ?? {};
  const files = [...GOOGLE_FILES.map(([, bytes]) => bytes), fileDescriptor(described)];
  const file = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
  const service = registry.getService(`${pkg}.${described.service}`);
  const methods = Object.values(definition) as MethodDefinition<unknown, unknown>[];

  it('has the calls that are served', () => {
    expect(
      service?.methods.map(({ name, methodKind }) => `${name} ${methodKind === 'server_streaming'}`).sort(),
    ).toEqual(methods.map(({ path, responseStream }) => `${path.split('/').at(-1)} ${responseStream}`).sort());
  });

  it.each(methods.map((method) => [method.path.split('/').at(-1) ?? '', method] as const))(
    'is what %s reads and writes',
    (name, method) => {
      const described = service?.methods.find((one) => one.name === name);
      for (let variant = 0; variant < 6; variant++) {
        expectSame(described?.input, variant, (bytes) => method.requestSerialize(method.requestDeserialize(bytes)));
        expectSame(described?.output, variant, (bytes) => method.responseSerialize(method.responseDeserialize(bytes)));
      }
    },
  );
});

/** A message with every field, written as it is described, is the same after the SDK has read and written it. */
function expectSame(message: DescMessage | undefined, variant: number, again: (bytes: Buffer) => Buffer): void {
  if (!message) throw new Error('The message is not described.');
  const written = fromJson(message, sampleOf(message, variant));
  const read = fromBinary(message, again(Buffer.from(toBinary(message, written))));
  expect(toJson(message, read)).toEqual(toJson(message, written));
}

const OF_GOOGLE: Readonly<Record<string, JsonValue>> = {
  'google.protobuf.Struct': { a: [1, null, { b: 'c' }] },
  'google.protobuf.Value': { d: true },
  'google.protobuf.Timestamp': '2026-01-02T03:04:05.678Z',
  'google.protobuf.Empty': {},
};

/** @param variant which member of each oneof is set */
function sampleOf(message: DescMessage, variant: number): JsonValue {
  const ofGoogle = OF_GOOGLE[message.typeName];
  if (ofGoogle !== undefined) return ofGoogle;
  const sample: JsonObject = {};
  for (const field of message.fields) {
    const { oneof } = field;
    if (oneof && oneof.fields[variant % oneof.fields.length] !== field) continue;
    sample[field.jsonName] = fieldValue(field, variant);
  }
  return sample;
}

function fieldValue(field: DescField, variant: number): JsonValue {
  if (field.fieldKind === 'map') return { key: field.message ? sampleOf(field.message, variant) : 'text' };
  const one = field.message ? sampleOf(field.message, variant) : scalarOf(field);
  return field.fieldKind === 'list' ? [one, one] : one;
}

function scalarOf({ name, scalar, enum: names }: DescField): JsonValue {
  if (names) return names.values.at(-1)?.name ?? '';
  // The numbers of google.protobuf.FieldDescriptorProto.Type.
  return { 5: 7, 8: true, 9: `a ${name}`, 12: 'AAH/' }[Number(scalar)] ?? null;
}

it('a client finds the services, and the file of a symbol with what it imports', async () => {
  const server = new Server();
  for (const { definition, implementation } of reflectionServices()) {
    server.addService(definition, implementation);
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const ask = async (version: string, number: number, name: string) => {
    const stream = client.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
    );
    stream.on('error', () => undefined);
    stream.write(Buffer.from([number * 8 + 2, name.length, ...Buffer.from(name)]));
    const [answer] = (await once(stream, 'data')) as [Buffer];
    stream.end();
    return answer;
  };
  const found = async (version: string, number: number, name: string) => fieldsIn(await ask(version, number, name));
  try {
    for (const version of ['v1', 'v1alpha']) {
      const listed = (await ask(version, 7, '')).toString('latin1').match(/[\w.]+\.(?:A2AService|Health)/g) ?? [];
      expect(listed).toHaveLength(3);
      for (const service of listed) expect(await found(version, 4, service)).toEqual([2, 4]);
      expect(await found(version, 4, 'a2a.v1.Task')).toEqual([2, 4]);
      expect(await found(version, 3, 'google/protobuf/struct.proto')).toEqual([2, 4]);
      expect(await found(version, 4, 'no.such.Thing')).toEqual([2, 7]);
    }
  } finally {
    client.close();
    server.forceShutdown();
  }
});

/** The numbers of a message's fields. */
function fieldsIn(bytes: Uint8Array): readonly number[] {
  const reader = new BinaryReader(bytes);
  const found: number[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    found.push(tag >>> 3);
    reader.skip(tag & 7);
  }
  return found;
}
