import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { Command } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { planTurn } from '../src/turns/plan.js';
import type { Thread } from '../src/turns/thread.js';
import { answerTurn, continueTurn, messageTurn } from './support/turns.js';

const asked = messageTurn('context', 'hello');
const answer = answerTurn(asked, 'request', 'red');

function threadOf(mark: string, answered: boolean): Thread {
  return {
    messages: [new HumanMessage({ id: 'human', content: 'hello' }), new AIMessage({ id: 'model', content: '' })],
    mark: { messageId: mark, after: 'model' },
    unfinished: true,
    requests: [{ id: 'request', interruptId: 'interrupt', value: 'Which colour?', answered }],
  };
}

describe('continuing with an answer', () => {
  it('gives the answer again if it is recorded and the tool had not received it', () => {
    const plan = planTurn(continueTurn(answer), threadOf(answer.messageId, false), false);
    expect(plan).toMatchObject({ again: true, input: expect.any(Command) });
    expect((plan.input as Command).resume).toEqual({ interrupt: { text: 'red', asked: expect.any(String) } });
  });

  it('does not give it twice to a tool that has received it', () => {
    expect(planTurn(continueTurn(answer), threadOf(answer.messageId, true), false)).toEqual({
      again: true,
      input: null,
    });
    expect(planTurn(answer, threadOf(asked.messageId, true), false)).toEqual({ again: false, input: null });
  });
});
