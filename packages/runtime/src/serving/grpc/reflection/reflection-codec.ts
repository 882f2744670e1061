import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** What a client of grpc.reflection asks for. */
export interface ReflectionRequest {
  /** As it came; the answer repeats it. */
  readonly bytes: Uint8Array;
  readonly kind: 'file' | 'symbol' | 'services' | 'other';
  /** The name of the file or symbol. */
  readonly name: string;
}

/** Files as bytes of their descriptors, names of services, or what was not found. */
export type ReflectionAnswer =
  | { readonly files: readonly Uint8Array[] }
  | { readonly services: readonly string[] }
  | { readonly missing: string };

const KINDS: Readonly<Record<number, ReflectionRequest['kind']>> = { 3: 'file', 4: 'symbol', 7: 'services' };
const NOT_FOUND = 5;

export function decodeReflectionRequest(bytes: Uint8Array): ReflectionRequest {
  const reader = new BinaryReader(bytes);
  let [kind, name]: [ReflectionRequest['kind'], string] = ['other', ''];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const found = KINDS[tag >>> 3];
    if (found === undefined) reader.skip(tag & 7);
    else [kind, name] = [found, reader.string()];
  }
  return { bytes, kind, name };
}

export function encodeReflectionAnswer(request: ReflectionRequest, answer: ReflectionAnswer): Uint8Array {
  const writer = new BinaryWriter().uint32(field(2)).bytes(request.bytes);
  if ('files' in answer) return inField(writer, 4, repeated(answer.files));
  if ('services' in answer) return inField(writer, 6, repeated(answer.services.map(named)));
  const text = new BinaryWriter().uint32(8).int32(NOT_FOUND).uint32(field(2)).string(answer.missing);
  return inField(writer, 7, text.finish());
}

function inField(writer: BinaryWriter, number: number, bytes: Uint8Array): Uint8Array {
  return writer.uint32(field(number)).bytes(bytes).finish();
}

function repeated(each: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const bytes of each) writer.uint32(field(1)).bytes(bytes);
  return writer.finish();
}

function named(name: string): Uint8Array {
  return new BinaryWriter().uint32(field(1)).string(name).finish();
}

/** The tag of a field with a length. */
function field(number: number): number {
  return number * 8 + 2;
}
