import { describe, expect, test } from 'vitest';
import type { ConversationEntry } from '../../src/testing/scripted-model/conversation.js';
import { findScript, selectStep } from '../../src/testing/scripted-model/script.js';

const user = (text: string): ConversationEntry => ({ role: 'user', text });
const assistant: ConversationEntry = { role: 'assistant', text: 'said' };
const tool = (text: string): ConversationEntry => ({ role: 'tool', text });

describe('findScript', () => {
  test('finds the steps between the brackets', () => {
    expect(findScript('do [[{"text":"a"},{"text":"b"}]] now')).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  test('the last directive counts, and brackets without steps are skipped', () => {
    expect(findScript('[[{"text":"a"}]] then [[{"text":"b"}]] and [[wiki link]] and [[]]')).toEqual([{ text: 'b' }]);
  });

  test('nested arrays of a tool input do not end the directive', () => {
    expect(findScript('[[{"tool":"t","input":{"rows":[[1,2],[3,4]]}}]]')).toEqual([
      {
        tool: 't',
        input: {
          rows: [
            [1, 2],
            [3, 4],
          ],
        },
      },
    ]);
  });

  test.each(['', 'plain', '[[', ']]', '[[]]', '[[1,2]]', '[[{"a":1]]', ']][['])('%j has no directive', (text) => {
    expect(findScript(text)).toBeUndefined();
  });
});

describe('selectStep', () => {
  const script = '[[{"text":"one"},{"text":"two $TOOL $TURNS"}]]';

  test('without a directive the last user text is echoed', () => {
    expect(selectStep([user('a'), assistant, user('b')]).step).toEqual({ text: 'echo: b' });
  });

  test('the number of assistant turns after the directive selects the next step', () => {
    expect(selectStep([user(script)])).toMatchObject({ index: 0, step: { text: 'one' } });
    expect(selectStep([user('x'), assistant, user(script), assistant])).toMatchObject({ index: 1 });
  });

  test('$TOOL and $TURNS are replaced, and a dollar sign in the tool output is kept', () => {
    const { step } = selectStep([user('x'), user(script), assistant, tool("cost $& $' 5")]);
    expect(step.text).toBe("two cost $& $' 5 2");
  });

  test('a later user text without a directive does not end the script', () => {
    expect(selectStep([user(script), assistant, user('go on')])).toMatchObject({ index: 1 });
  });

  test('after its last step a script answers that it is over', () => {
    expect(selectStep([user(script), assistant, assistant]).step.text).toBe('(script of 2 steps is over)');
  });
});
