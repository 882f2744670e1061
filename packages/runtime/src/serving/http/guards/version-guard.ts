import { A2A_ERROR_CODE } from '@a2a-js/sdk/errors';
import type { RequestHandler } from 'express';
import { PROTOCOL_VERSIONS } from '../../a2a/protocol-versions.js';
import { sendProtocolError } from '../answers/protocol-error.js';
import { isRpcRequest } from '../binding/binding.js';
import { versionOf } from '../binding/protocol-version.js';

/** Refuses a protocol version that is not served. */
export const checkVersion: RequestHandler = (request, response, next) => {
  const version = versionOf(request);
  if (PROTOCOL_VERSIONS.includes(version)) return next();
  sendProtocolError(request, response, {
    status: isRpcRequest(request) ? 200 : 400,
    rpcCode: A2A_ERROR_CODE.VERSION_NOT_SUPPORTED,
    statusName: 'FAILED_PRECONDITION',
    code: 'VERSION_NOT_SUPPORTED',
    message: `This agent does not support version ${JSON.stringify(version.slice(0, 50))} of A2A. Send the header A2A-Version with one of ${PROTOCOL_VERSIONS.join(', ')}.`,
  });
};
