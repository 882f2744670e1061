import type { QuestionRequest } from '../api/types.js';
import type { Answering } from './use-answer.js';

/** What every way of answering a request needs. */
export interface WayProps {
  readonly request: QuestionRequest;
  readonly answering: Answering;
}
