import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lostInImage } from '../ship/image-files.js';
import { isPrivateName, privateFiles } from '../ship/private-files.js';
import { promptMaterial } from '../ship/prompt-material.js';
import { filesIn } from '../ship/tarball-files.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

/** Nothing private is in the package or the image, and both contain every prompt file, rule and skill. */
export const ships: VerifyCheck = {
  name: 'contents',
  gate: true,
  async run({ options: { directory }, template }) {
    const shipped = await filesIn(template);
    const leaks = await privateFiles(template, shipped, directory);
    demand(
      leaks.length === 0,
      `the package must hold nothing private; found ${leaks.join(', ')}`,
      'list only files that belong in the package in `files` of package.json; if a key was published, revoke it',
    );
    const own = await filesIn(directory);
    const { named, found } = await promptMaterial(directory, own);
    const lacking = named.filter((file) => !own.includes(file));
    demand(
      lacking.length === 0,
      `prompt_files of config.yaml names files that do not exist: ${lacking.join(', ')}`,
      'create the file, or remove its name from prompt_files',
    );
    const material = [...named, ...found];
    const unpacked = material.filter((file) => !shipped.includes(file));
    demand(
      unpacked.length === 0,
      `the package must contain the agent's prompt files, rules and skills; it lacks ${unpacked.join(', ')}`,
      'add it to `files` of package.json, for example "skills", "rules", "*.md"',
    );
    await demandInImage(directory, own, material);
    return ok(`${shipped.length} files, ${material.length} of them prompts, rules or skills; nothing private`);
  },
};

async function demandInImage(directory: string, own: readonly string[], material: readonly string[]): Promise<void> {
  if (!own.includes('Dockerfile')) return;
  const read = (file: string) => (own.includes(file) ? readFile(join(directory, file), 'utf8') : '');
  const [dockerfile, ignore] = [await read('Dockerfile'), await read('.dockerignore')];
  const leaks = own.filter((file) => isPrivateName(file) && lostInImage(file, dockerfile, ignore) === undefined);
  demand(
    leaks.length === 0,
    `the image must hold nothing private; COPY would include ${leaks.join(', ')}`,
    'add it to .dockerignore',
  );
  const lost = material.flatMap((file) => {
    const by = lostInImage(file, dockerfile, ignore);
    return by === undefined ? [] : [`${file} (${by})`];
  });
  demand(
    lost.length === 0,
    `the image must contain the agent's prompt files, rules and skills; it lacks ${lost.join(', ')}`,
    'copy it in the Dockerfile, and do not exclude it in .dockerignore',
  );
}
