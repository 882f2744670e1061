import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Part } from '../../../contract/part.js';
import { demand } from '../../../errors/contract-violation.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';

const CONTENT = 'This file came with a message of the contract suite.';

const takesFiles: ContractRule = {
  name: 'answers a message with a file, and makes no copy of the file in the working directory',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const workDir = await newDirectory(bench);
    const path = join(workDir, 'inbox', 'contract', 'notes.txt');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, CONTENT);
    const data = Buffer.from(CONTENT).toString('base64');
    const parts: readonly Part[] = [
      { kind: 'text', text: fixtures.message },
      { kind: 'file', name: 'notes.txt', mediaType: 'text/plain', data, path },
    ];
    const { events } = await bench.runWell(messageTurn(fixtures.message, { parts, workDir }));
    demand(events.at(-1)?.type === 'finish', 'a message with a file must end as it does without one, with finish');
    const found = [...(await filesWith(CONTENT, workDir)), ...(await filesWith(CONTENT, bench.workDir))];
    const copies = found.filter((file) => file !== path);
    demand(copies.length === 0, 'the file is already at its path, and must not be written again', copies);
  },
};

const worksInItsDirectory: ContractRule = {
  name: 'lets the tools of each turn work in the directory of the turn, also if the conversation moves to another one',
  needs: ['writes'],
  async check(adapter, fixtures) {
    const { text, file } = fixtures.writes ?? { text: '', file: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const [first, second] = [await newDirectory(bench), await newDirectory(bench)];
    const opening = messageTurn(text, { workDir: first });
    await bench.runWell(opening);
    demand((await readdir(first)).includes(file), `${file} must be in turn.workDir`, await readdir(first));
    await rm(join(first, file));
    await bench.runWell(messageTurn(text, { contextId: opening.contextId, workDir: second }));
    demand((await readdir(second)).includes(file), `${file} must be in turn.workDir of a later turn`);
    const others = [...(await readdir(first)), ...(await readdir(bench.workDir))];
    demand(!others.includes(file), `${file} must be in no other directory than turn.workDir`, others);
  },
};

export const fileRules: readonly ContractRule[] = [takesFiles, worksInItsDirectory];

/** A directory for a turn, beside the base of the workspace as the runtime makes it. */
function newDirectory(bench: Workbench): Promise<string> {
  return mkdtemp(`${bench.workDir}-turn-`);
}

async function filesWith(content: string, directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return files.filter((_file, index) => texts[index] === content);
}
