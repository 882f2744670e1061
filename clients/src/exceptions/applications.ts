import { QUESTION } from '../agent/script.ts';
import type { Exception } from '../judge/exception.ts';

export const APPLICATION_EXCEPTIONS: readonly Exception[] = [
  ...['adk', 'langchain', 'strands'].flatMap((kit): readonly Exception[] => [
    { kit, operation: 'push', kind: 'lacks', reason: 'It waits for the answer on the connection of its request.' },
    { kit, operation: 'crash', kind: 'lacks', reason: 'It does not return to a task whose connection broke.' },
  ]),
  {
    kit: 'adk',
    operation: 'file',
    kind: 'fault',
    reason: 'It keeps a file twice: when the file is marked as complete, and from the task that ends the stream.',
  },
  {
    kit: 'langchain',
    operation: 'question-answer',
    kind: 'fault',
    reason: 'It sends the context and not the task, so that an answer begins another task.',
  },
  { kit: 'langchain', operation: 'file', kind: 'lacks', reason: 'It sends texts only.' },
  { kit: 'strands', operation: 'next-turn', kind: 'lacks', reason: 'Each call begins another context.' },
  { kit: 'strands', operation: 'question-answer', kind: 'lacks', reason: 'It has no call to answer a question.' },
  { kit: 'strands', operation: 'file', kind: 'lacks', reason: 'It sends texts only.' },
  {
    kit: 'crewai',
    operation: 'chunks-streamed',
    kind: 'fault',
    reason: 'It joins the pieces of a stream with spaces.',
  },
  {
    kit: 'crewai',
    operation: 'question-answer',
    kind: 'fault',
    reason: 'It puts the last message of the agent in the history, which is the question, before the answer.',
    saw: { text: `${QUESTION} You said blue.` },
  },
  {
    kit: 'crewai',
    operation: 'crash',
    kind: 'lacks',
    reason: 'It asks for the task at the moment at which its connection breaks, and not later.',
  },
  { kit: 'crewai', operation: 'file', kind: 'lacks', reason: 'It needs a package of its own for files.' },
];
