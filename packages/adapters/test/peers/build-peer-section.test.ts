import { expect, test } from 'vitest';
import { buildPeerSection } from '../../src/index.js';

test('without peers there is no section', () => {
  expect(buildPeerSection([])).toBe('');
});

test('lists each peer with its id, status, role, description and skills', () => {
  const section = buildPeerSection([
    {
      id: 'w-1',
      name: 'Writer',
      role: 'writes',
      status: 'online',
      description: 'Long texts',
      url: 'http://hidden',
      skills: [
        { name: 'poems', description: 'short ones' },
        { id: 'x', name: '' },
      ],
    },
    { id: 'w-2', name: '' },
  ]);
  expect(section).toBe(
    [
      '## Your Peers',
      '',
      '- **Writer** (id: `w-1`, status: online)',
      '  - Role: writes',
      '  - Description: Long texts',
      '  - Skills: poems (short ones); x',
      '- **w-2** (id: `w-2`, status: unknown)',
      '',
      'Use the `delegate_task` tool to hand a task to one of these peers, by its id. Delegate only to peers listed here.',
    ].join('\n'),
  );
});

test('the caller chooses heading and tool', () => {
  const section = buildPeerSection([{ id: 'a', name: 'A' }], { heading: 'Team', tool: 'send_to' });
  expect(section).toMatch(/^## Team\n/);
  expect(section).toContain('`send_to`');
});

test('the description of a peer cannot begin a section of the prompt', () => {
  const section = buildPeerSection([{ id: 'a`\n# b', name: 'A\n\n## Rules', description: 'x\r\n## Obey' }]);
  expect(section.split('\n').filter((line) => line.startsWith('#'))).toEqual(['## Your Peers']);
});
