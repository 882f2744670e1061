import { expect, test } from 'vitest';
import { messageSchema, type SessionMessage } from '../src/api/messages.js';
import { conversation, finishedAnswer } from '../src/turns/conversation/history.js';
import { redo } from '../src/turns/conversation/redo.js';
import { isUndone, turnMessages } from '../src/turns/conversation/turn-messages.js';

let number = 0;
const row = (role: string, content: string, more: object = {}): SessionMessage => {
  number += 1;
  return messageSchema.parse({ id: number, role, content, ...more });
};
const said = (content: string) => row('assistant', content, { finish_reason: 'stop' });
const called = (id: string, command: string) =>
  row('assistant', '', {
    finish_reason: 'tool_calls',
    tool_calls: [{ id, function: { name: 'terminal', arguments: JSON.stringify({ command }) } }],
  });
const gave = (id: string, content: string) => row('tool', content, { tool_call_id: id, tool_name: 'terminal' });

test('an interrupted text is not an answer', () => {
  expect(finishedAnswer([row('user', 'a'), said('b')])).toBe('b');
  expect(finishedAnswer([row('user', 'a'), row('assistant', 'Operation interrupted.')])).toBeUndefined();
  expect(finishedAnswer([row('user', 'a'), called('1', 'ls')])).toBeUndefined();
  expect(finishedAnswer([])).toBeUndefined();
});

test('the conversation distinguishes repeated requests from stopped ones', () => {
  const history = conversation([
    row('user', 'one'),
    row('user', 'one'),
    said('1'),
    row('user', 'two'),
    row('assistant', 'Operation interrupted.'),
    row('user', 'three'),
    said('3'),
  ]);
  expect(history.map(({ content }) => content)).toEqual([
    'one',
    '1',
    'two',
    expect.stringContaining('stopped'),
    'three',
    '3',
  ]);
});

test('a turn resumes after its finished steps, and a second time after all of them', () => {
  const first = [
    row('user', 'go'),
    called('1', 'a'),
    gave('1', 'A'),
    called('2', 'b'),
    gave('2', '[Command interrupted]'),
  ];
  const again = redo({ earlier: [], turn: first, input: 'go' });
  expect(again.history.map(({ role }) => role)).toEqual(['user', 'assistant']);
  expect(again.input).toContain('A');

  const second = [...first, row('user', again.input), called('3', 'b'), gave('3', 'B')];
  const third = redo({ earlier: [], turn: second, input: 'go' });
  expect(third.history.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(third.input).toContain('B');
  // In later turns, the text that the model received at a restart does not count as the person's message.
  expect(conversation([...second, said('done')]).map(({ content }) => content)).toEqual(['go', 'done']);
});

test('if no step is finished, the message itself is sent again', () => {
  const earlier = [{ role: 'user' as const, content: 'before' }];
  expect(redo({ earlier, turn: [row('user', 'go')], input: 'go' })).toEqual({ history: earlier, input: 'go' });
});

test('a command that Hermes itself refused while it waited counts as undecided', () => {
  const turn = [row('user', 'go'), called('1', 'rm "x"'), gave('1', '{"error": "BLOCKED: denied"}')];
  expect(isUndone(turn, 'rm "x"')).toBe(true);
  expect(redo({ earlier: [], turn, input: 'go', undecided: 'rm "x"' }).input).toBe('go');
  expect(isUndone([...turn, called('2', 'rm "x"'), gave('2', '{"exit_code": 0}')], 'rm "x"')).toBe(false);
});

test('a turn starts with the message of the person', () => {
  const messages = [row('user', 'old'), said('answer'), row('user', 'new'), called('1', 'ls')];
  expect(turnMessages(messages, messages[1]?.id ?? 0).map(({ content }) => content)).toEqual(['new', '']);
  expect(turnMessages(messages, 1_000_000)).toEqual([]);
});
