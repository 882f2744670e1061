/** The messages and calls of gRPC's health service, package `grpc.health.v1`, in the notation of `file-descriptor.ts`. */
export const SCHEMA_HEALTH = `
HealthCheckRequest: 1 service string
HealthCheckResponse: 1 status HealthCheckResponse.ServingStatus
enum HealthCheckResponse.ServingStatus: 0 UNKNOWN, 1 SERVING, 2 NOT_SERVING, 3 SERVICE_UNKNOWN
rpc Check: HealthCheckRequest -> HealthCheckResponse
rpc Watch: HealthCheckRequest -> stream HealthCheckResponse
`;
