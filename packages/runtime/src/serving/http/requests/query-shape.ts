import type { RequestHandler } from 'express';
import { sendProtocolError } from '../answers/protocol-error.js';

const WHOLE = /^-?\d{1,9}$/;
const NUMBERS = ['historyLength', 'history_length', 'pageSize', 'page_size'];
const FLAGS = ['includeArtifacts', 'include_artifacts'];

/** Refuses a query parameter that is not of its type; parsing it would silently use a part of it. */
export const queryShape: RequestHandler = (request, response, next) => {
  const query = request.query as Readonly<Record<string, string | undefined>>;
  const problem = numberProblem(query) ?? flagProblem(query);
  if (problem === undefined) return next();
  sendProtocolError(request, response, {
    status: 400,
    rpcCode: -32602,
    statusName: 'INVALID_ARGUMENT',
    code: 'PARAMETER_INVALID',
    message: problem,
  });
};

function numberProblem(query: Readonly<Record<string, string | undefined>>): string | undefined {
  const wrong = NUMBERS.find((name) => query[name] && !WHOLE.test(query[name]));
  return wrong === undefined ? undefined : `${wrong} must be a whole number; it is ${shown(query[wrong])}.`;
}

function flagProblem(query: Readonly<Record<string, string | undefined>>): string | undefined {
  const wrong = FLAGS.find((name) => query[name] && query[name] !== 'true' && query[name] !== 'false');
  return wrong === undefined ? undefined : `${wrong} must be true or false; it is ${shown(query[wrong])}.`;
}

function shown(value: string | undefined): string {
  return JSON.stringify(value?.slice(0, 100));
}
