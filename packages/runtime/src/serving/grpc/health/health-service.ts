import type { ServerUnaryCall, ServerWritableStream, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { Service } from '../service.js';
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type HealthRequest,
  SERVING_STATUS,
  type ServingStatus,
} from './health-codec.js';
import type { Readiness } from './readiness-watch.js';

const HEALTH_SERVICE = 'grpc.health.v1.Health';

const codec = {
  requestStream: false,
  requestSerialize: encodeRequest,
  requestDeserialize: decodeRequest,
  responseSerialize: encodeResponse,
  responseDeserialize: decodeResponse,
} as const;

/** The definition of grpc.health.v1, which probes of Kubernetes and load balancers call. */
export const healthDefinition = {
  check: { ...codec, path: `/${HEALTH_SERVICE}/Check`, responseStream: false },
  watch: { ...codec, path: `/${HEALTH_SERVICE}/Watch`, responseStream: true },
} satisfies ServiceDefinition;

/**
 * The health of the server and of each of its services: `SERVING` if `/readyz` says 200. It needs no token, like `/readyz`.
 *
 * @param services the names that can be asked for, besides the empty one
 */
export function healthService(services: readonly string[], readiness: Readiness): Service {
  const isKnown = (service: string) => service === '' || services.includes(service);
  return {
    name: HEALTH_SERVICE,
    definition: healthDefinition,
    implementation: {
      check(call: ServerUnaryCall<HealthRequest, ServingStatus>, answer: sendUnaryData<ServingStatus>) {
        if (!isKnown(call.request.service)) {
          return answer({
            code: status.NOT_FOUND,
            details: `There is no service ${JSON.stringify(call.request.service)} here.`,
          });
        }
        readiness.isReady().then((isReady) => answer(null, servingStatus(isReady)), answer);
      },
      watch(call: ServerWritableStream<HealthRequest, ServingStatus>) {
        if (!isKnown(call.request.service)) return void call.write(SERVING_STATUS.SERVICE_UNKNOWN);
        const leave = readiness.follow(
          (isReady) => void call.write(servingStatus(isReady)),
          () => call.end(),
        );
        call.once('cancelled', leave);
      },
    },
  };
}

function servingStatus(isReady: boolean): ServingStatus {
  return isReady ? SERVING_STATUS.SERVING : SERVING_STATUS.NOT_SERVING;
}
