import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { inboxQuery, taskQuery } from '../api/queries.js';
import { type Answer, type Asking, sendAnswer } from './send-answer.js';

export interface Answering {
  /** True from the first click until the server has refused it; an answered question goes away. */
  readonly busy: boolean;
  readonly error: unknown;
  readonly send: (answer: Answer, said?: string) => void;
}

/** Called when the server has the answer, with undefined, or with its refusal. */
export type OnOutcome = (error: unknown) => void;

/** Sends the answer to a request, once. What shows the question is read again when the server has it, or has refused it. */
export function useAnswer(task: Asking, onOutcome?: OnOutcome): Answering {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = async (answer: Answer, said?: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await sendAnswer(task, answer, said);
      onOutcome?.(undefined);
    } catch (failure) {
      setError(failure);
      setBusy(false);
      onOutcome?.(failure);
    }
    // A refusal often means that the question is no longer the one on the screen.
    await Promise.all([
      client.invalidateQueries({ queryKey: inboxQuery.queryKey }),
      client.invalidateQueries({ queryKey: taskQuery(task.id).queryKey }),
    ]);
  };
  return { busy, error, send: (answer, said) => void send(answer, said) };
}
