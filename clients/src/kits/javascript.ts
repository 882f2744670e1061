import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPERATIONS } from '../judge/operations.ts';
import { installOnce } from './install-once.ts';
import { CURRENT, type Kit, LEGACY } from './kit.ts';
import { programPath, VERSIONS } from './versions.ts';

const { current, legacy } = VERSIONS['@a2a-js/sdk'];
/** What the client needs for gRPC, and does not install itself. */
const GRPC = ['@grpc/grpc-js', '@bufbuild/protobuf'] as const;

/** The official JavaScript client, current and legacy, from npm. */
export const JAVASCRIPT_KITS: readonly Kit[] = [
  javascriptKit('javascript-1', 'client-1.mjs', current, [...CURRENT, ...LEGACY]),
  javascriptKit('javascript-0.3', 'client-0.3.mjs', legacy, LEGACY),
];

function javascriptKit(name: string, program: string, version: string, overs: readonly string[]): Kit {
  const requirement = `@a2a-js/sdk@${version}`;
  return {
    name,
    title: requirement,
    overs,
    operations: OPERATIONS,
    async install(directory) {
      const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
      const packages = [requirement, ...GRPC.map((name) => `${name}@${VERSIONS[name]}`)];
      await installOnce(directory, [['npm', 'install', '--prefix', directory, ...options, ...packages]]);
      // Modules are looked up from where the program lies.
      for (const file of [program, 'report.mjs', 'push-and-crash.mjs'])
        await copyFile(programPath(`javascript/${file}`), join(directory, file));
      return [process.execPath, join(directory, program)];
    },
  };
}
