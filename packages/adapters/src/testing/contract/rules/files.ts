import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Part } from '../../../contract/part.js';
import { demand } from '../../../errors/contract-violation.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';

const CONTENT = 'This file came with a message of the contract suite.';

const takesFiles: ContractRule = {
  name: 'answers a message that brings a file along, and makes no copy of it in the working directory',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const path = join(bench.workDir, 'inbox', 'contract', 'notes.txt');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, CONTENT);
    const data = Buffer.from(CONTENT).toString('base64');
    const parts: readonly Part[] = [
      { kind: 'text', text: fixtures.message },
      { kind: 'file', name: 'notes.txt', mediaType: 'text/plain', data, path },
    ];
    const { events } = await bench.runWell(messageTurn(fixtures.message, { parts }));
    demand(events.at(-1)?.type === 'finish', 'a message with a file must end as it does without one, with finish');
    const copies = (await filesWith(CONTENT, bench.workDir)).filter((file) => file !== path);
    demand(copies.length === 0, 'the file lies at its path already, and must not be written again', copies);
  },
};

export const fileRules: readonly ContractRule[] = [takesFiles];

async function filesWith(content: string, directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return files.filter((_file, index) => texts[index] === content);
}
