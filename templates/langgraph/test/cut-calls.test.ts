import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeTool } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();
const RAW = '{"path": "report.md", "content": "# Report\\nline one\\nline';

describe.each([
  ['openai', 'length'],
  ['anthropic', 'max_tokens'],
])('a tool call whose arguments the limit cut, with %s', (provider, stop) => {
  const options = { model: `${provider}:scripted`, config: { tools: { approval: [] } } };

  it('does not change the file, and the model and the caller receive an error', async () => {
    const report = join(bench.directory, 'report.md');
    await writeFile(report, 'the old report, complete\n');
    const steps = [{ tools: [{ tool: 'write_file', raw: RAW }], stop }, { text: 'I heard: $TOOL' }];
    const events = await run(bench.makeEngine(options), messageTurn('context', script(...steps)));
    expect(await readFile(report, 'utf8')).toBe('the old report, complete\n');
    expect(only(events, 'tool-result')).toEqual([
      expect.objectContaining({ ok: false, output: expect.stringContaining('cut the arguments of this call off') }),
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'finish', text: expect.stringMatching(/^I heard: Not run/) });
  });

  it('does not run a tool of the runtime either, even if the tool needs no arguments', async () => {
    const seen: unknown[] = [];
    const tool: RuntimeTool = {
      name: 'delete_all',
      description: 'Deletes what fits.',
      inputSchema: { type: 'object', properties: { only: { type: 'string' } } },
      execute: async (input) => {
        seen.push(input);
        return 'gone';
      },
    };
    const steps = [{ tools: [{ tool: 'delete_all', raw: '{"only": "tmp/' }], stop }, { text: 'I heard: $TOOL' }];
    await run(bench.makeEngine({ ...options, tools: [tool] }), messageTurn('context', script(...steps)));
    expect(seen).toEqual([]);
  });

  it('does not ask a person for approval', async () => {
    const steps = [{ tools: [{ tool: 'write_file', raw: RAW }], stop }, { text: 'Told.' }];
    const events = await run(bench.makeEngine({ model: options.model }), messageTurn('context', script(...steps)));
    expect(only(events, 'input-required')).toEqual([]);
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Told.' });
  });

  it('runs the complete calls in the same message', async () => {
    const tools = [
      { tool: 'write_file', input: { path: 'whole.txt', content: 'whole' } },
      { tool: 'write_file', raw: RAW },
    ];
    const events = await run(
      bench.makeEngine(options),
      messageTurn('context', script({ tools, stop }, { text: 'Told.' })),
    );
    expect(await readFile(join(bench.directory, 'whole.txt'), 'utf8')).toBe('whole');
    expect(
      only(events, 'tool-result')
        .map(({ ok }) => ok)
        .sort(),
    ).toEqual([false, true]);
  });

  it('fails the turn if it is repeated again and again', async () => {
    const step = { tools: [{ tool: 'write_file', raw: RAW }], stop };
    const turn = run(bench.makeEngine(options), messageTurn('context', script(step, step, step, step, step)));
    await expect(turn).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('max_tokens'),
    });
    expect(bench.model.requests).toHaveLength(3);
  });
});
