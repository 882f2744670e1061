import { fromJson, type JsonObject, toBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
} from '@bufbuild/protobuf/wkt';

const SCALARS: readonly string[] = ['string', 'bytes', 'bool', 'int32'];

const GOOGLE = [file_google_protobuf_empty, file_google_protobuf_struct, file_google_protobuf_timestamp];

/** The names and descriptors of the files of Google that ours import, as bytes. */
export const GOOGLE_FILES: readonly (readonly [name: string, bytes: Uint8Array])[] = GOOGLE.map(({ proto }) => [
  proto.name,
  toBinary(FileDescriptorProtoSchema, proto),
]);

/**
 * A file descriptor, as bytes. The schema has one line for each message (`Name: 1 field type, ...`), enumeration (`enum Name: 0 VALUE, ...`;
 * `enum Message.Name` inside of a message) and call (`rpc Name: Request -> stream Response`). After a type, `*` means repeated, `?` optional,
 * and `|name` a member of that oneof; `map:Type` is a map with keys of text, and `.Type` a type of Google.
 */
export function fileDescriptor({ name, pkg, service, schema }: DescribedFile): Uint8Array {
  const lines = schema.trim().split('\n').map(readLine);
  const of = (kind: string) => lines.filter((line) => line.kind === kind);
  const types = new Types(pkg, of('enum'));
  const file: JsonObject = {
    name,
    package: pkg,
    syntax: 'proto3',
    dependency: GOOGLE.map(({ proto }) => proto.name),
    messageType: of('message').map((line) => types.message(line)),
    enumType: types.enums(''),
    service: [{ name: service, method: of('rpc').map((line) => types.method(line)) }],
  };
  return toBinary(FileDescriptorProtoSchema, fromJson(FileDescriptorProtoSchema, file));
}

/** What is described of a service, and where. */
export interface DescribedFile {
  readonly name: string;
  /** The package that the file declares. */
  readonly pkg: string;
  /** The name of the service in the package. */
  readonly service: string;
  readonly schema: string;
}

interface Line {
  readonly kind: string;
  readonly name: string;
  /** What comes after the first colon. */
  readonly text: string;
}

function readLine(line: string): Line {
  const [, kind = 'message', name = '', text = ''] = /^(?:(enum|rpc) )?([\w.]+):(.*)$/.exec(line) ?? [];
  return { kind, name, text: text.trim() };
}

class Types {
  readonly #pkg: string;
  readonly #enums: readonly Line[];

  constructor(pkg: string, enums: readonly Line[]) {
    this.#pkg = pkg;
    this.#enums = enums;
  }

  /** @param inside the beginning of their names: empty, or that of a message with a dot */
  enums(inside: string): JsonObject[] {
    return this.#enums
      .filter(({ name }) => name.slice(0, name.indexOf('.') + 1) === inside)
      .map(({ name, text }) => ({
        name: name.slice(inside.length),
        value: entries(text).map(([number = '', value = '']) => ({ name: value, number: Number(number) })),
      }));
  }

  message({ name, text }: Line): JsonObject {
    const fields = entries(text);
    const oneofs = [...new Set(fields.flatMap(([, , type = '']) => type.split('|')[1] ?? []))];
    // A field that is optional is alone in a oneof, which comes after the others.
    const alone = fields.filter(([, , type = '']) => type.endsWith('?')).map(([, field = '']) => `_${field}`);
    const members = [...oneofs, ...alone];
    const maps = fields.filter(([, , type = '']) => type.startsWith('map:'));
    return {
      name,
      oneofDecl: members.map((oneof) => ({ name: oneof })),
      enumType: this.enums(`${name}.`),
      nestedType: maps.map(([, field = '', type = '']) => this.#mapEntry(field, type.slice('map:'.length))),
      field: fields.map(([number = '', field = '', written = '']) => {
        const [type = '', oneof = ''] = written.replace(/[*?]$/, '').split('|');
        const isOptional = written.endsWith('?');
        const index = members.indexOf(isOptional ? `_${field}` : oneof);
        const isMap = type.startsWith('map:');
        return {
          name: field,
          jsonName: camelCase(field),
          number: Number(number),
          label: written.endsWith('*') || isMap ? 'LABEL_REPEATED' : 'LABEL_OPTIONAL',
          ...(isOptional && { proto3Optional: true }),
          ...(index >= 0 && { oneofIndex: index }),
          ...(isMap
            ? { type: 'TYPE_MESSAGE', typeName: `.${this.#pkg}.${name}.${entryName(field)}` }
            : this.#typed(type)),
        };
      }),
    };
  }

  method({ name, text }: Line): JsonObject {
    const [input = '', output = ''] = text.split(' -> ');
    return {
      name,
      inputType: this.#full(input),
      outputType: this.#full(output.replace('stream ', '')),
      serverStreaming: output.startsWith('stream '),
    };
  }

  #mapEntry(field: string, type: string): JsonObject {
    const part = (name: string, number: number, of: string): JsonObject => ({
      name,
      jsonName: name,
      number,
      label: 'LABEL_OPTIONAL',
      ...this.#typed(of),
    });
    return {
      name: entryName(field),
      options: { mapEntry: true },
      field: [part('key', 1, 'string'), part('value', 2, type)],
    };
  }

  #typed(type: string): JsonObject {
    if (SCALARS.includes(type)) return { type: `TYPE_${type.toUpperCase()}` };
    const isEnum = this.#enums.some(({ name }) => name === type);
    return { type: isEnum ? 'TYPE_ENUM' : 'TYPE_MESSAGE', typeName: this.#full(type) };
  }

  #full(type: string): string {
    return type.startsWith('.') ? `.google.protobuf${type}` : `.${this.#pkg}.${type}`;
  }
}

function entries(text: string): readonly (readonly string[])[] {
  return text === '' ? [] : text.split(', ').map((entry) => entry.split(' '));
}

/** The name that compilers give to the entry of a map. */
function entryName(field: string): string {
  return `${camelCase(`_${field}`)}Entry`;
}

/** The name of a field in JSON, which compilers write into descriptors. */
function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
