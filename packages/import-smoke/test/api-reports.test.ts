import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { expect, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { manifestOf, PUBLISHED, root } from '../src/workspace.ts';

// The reports in etc/ list the exports of the packages, so that a pull request shows every change of them.
// After an intended change: UPDATE_API=1 pnpm exec vitest run --project @molecule/import-smoke api-reports

const ENTRIES = PUBLISHED.flatMap((folder) =>
  Object.entries(manifestOf('packages', folder).exports ?? {})
    .filter(([, target]) => typeof target === 'object')
    .map(([key, target]) => ({
      folder,
      report: key === '.' ? folder : `${folder}.${key.slice('./'.length).replaceAll('/', '.')}`,
      types: (target as { readonly types: string }).types,
    })),
);

test.for(ENTRIES)('$report matches its report in etc', async ({ folder, report, types }) => {
  await using scratch = await makeOutsideDirectory('api');
  const updates = process.env['UPDATE_API'] === '1';
  const errors: string[] = [];
  Extractor.invoke(configFor(folder, report, types, scratch.path), {
    localBuild: updates,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === 'error') errors.push(message.text);
    },
  });
  expect(errors).toEqual([]);
  const fileName = `${report}.api.md`;
  const now = await readFile(join(scratch.path, fileName), 'utf8');
  expect(now).toBe(await readFile(join(root, 'etc', fileName), 'utf8'));
});

function configFor(folder: string, report: string, types: string, scratch: string): ExtractorConfig {
  const projectFolder = join(root, 'packages', folder);
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, types),
      // Every export is public without a release tag.
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2023',
            lib: ['ES2023'],
            module: 'NodeNext',
            skipLibCheck: true,
            strict: true,
            types: ['node'],
            // Without this it is resolved from the directory in which the tests were started.
            typeRoots: [join(root, 'packages', 'import-smoke', 'node_modules', '@types')],
          },
          files: [join(projectFolder, types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder: join(root, 'etc'),
        reportTempFolder: scratch,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' as never } },
        extractorMessageReporting: { default: { logLevel: 'none' as never } },
        tsdocMessageReporting: { default: { logLevel: 'none' as never } },
      },
    },
  });
}
