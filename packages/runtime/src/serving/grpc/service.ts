import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A service of gRPC with its implementation. */
export interface Service {
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}
