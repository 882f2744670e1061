import { cp, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { OPERATIONS } from '../judge/operations.ts';
import { compile } from './compile.ts';
import { installOnce } from './install-once.ts';
import { CURRENT, type Kit, LEGACY } from './kit.ts';
import { programPath, VERSIONS } from './versions.ts';

const { current, legacy } = VERSIONS['a2a-java-sdk-client'];

/** The official Java client, current and legacy, from Maven. */
export const JAVA_KITS: readonly Kit[] = [
  javaKit('java-1', 'v1', `org.a2aproject.sdk:a2a-java-sdk-client:${current}`, CURRENT),
  javaKit('java-0.3', 'v03', `io.github.a2asdk:a2a-java-sdk-client:${legacy}`, LEGACY),
];

function javaKit(name: string, program: string, title: string, overs: readonly string[]): Kit {
  return {
    name,
    title,
    overs,
    operations: OPERATIONS,
    async install(directory) {
      const pom = programPath(`java/${program}/pom.xml`);
      const libraries = join(directory, 'lib');
      const copy = ['mvn', '-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`];
      const commands = [
        ['javac', '-version'],
        [...copy, `-Dclient.version=${title.split(':').at(-1)}`],
      ];
      await installOnce(directory, commands, await readFile(pom, 'utf8'));
      const sources = join(directory, 'src');
      for (const part of ['shared', program]) await cp(programPath(`java/${part}`), sources, { recursive: true });
      const classes = join(directory, 'classes');
      const files = ['Dialect', 'Json', 'Stage', 'Player', 'Main'].map((file) => join(sources, `${file}.java`));
      await compile(['javac', '-cp', join(libraries, '*'), '-d', classes, ...files], directory, 300_000);
      return ['java', '-cp', [classes, join(libraries, '*')].join(delimiter), 'Main'];
    },
  };
}
