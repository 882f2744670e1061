import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import grpc from '@grpc/grpc-js';
import proto from '@temporalio/proto';

/** The fate of a request: a gRPC status by its number, no answer, or a cut connection. */
export type Fault = number | 'hang' | 'cut';

/** Every status but OK. */
export const STATUSES: readonly number[] = Object.values(grpc.status).filter(
  (value): value is number => typeof value === 'number' && value !== grpc.status.OK,
);

export function nameOf(fault: Fault): string {
  return typeof fault === 'number' ? (grpc.status[fault] ?? String(fault)) : fault;
}

type RawHandler = grpc.handleUnaryCall<Buffer, Buffer>;

const SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
/** A connection to the server that can be broken. */
interface Wire {
  readonly port: number;
  cut(): void;
  close(): void;
}

const asIs = (bytes: Buffer) => bytes;

/** A proxy between a workspace and a real Temporal server that applies faults to selected requests. */
export class FaultyTemporal implements AsyncDisposable {
  readonly address: string;
  readonly #server: grpc.Server;
  readonly #upstream: grpc.Client;
  readonly #wire: Wire;
  readonly #hanging = new Set<() => void>();
  readonly #suffered = new Map<string, number>();
  #faultOf: (method: string) => Fault | undefined = () => undefined;

  private constructor(server: grpc.Server, upstream: grpc.Client, wire: Wire) {
    this.#server = server;
    this.#upstream = upstream;
    this.#wire = wire;
    this.address = `127.0.0.1:${wire.port}`;
  }

  static async before(address: string): Promise<FaultyTemporal> {
    const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
    const upstream = new grpc.Client(address, grpc.credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
    });
    let self: FaultyTemporal | undefined;
    for (const method of requestNames()) {
      const handler: RawHandler = (call, callback) => self?.handle(method, call, callback);
      server.register(`/${SERVICE}/${method}`, handler, asIs, asIs, 'unary');
    }
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    self = new FaultyTemporal(server, upstream, await openWire(port));
    return self;
  }

  /** Sets the fault of each later request. A request without a fault is passed on. */
  arm(faultOf: (method: string) => Fault | undefined): void {
    this.#faultOf = faultOf;
    this.#suffered.clear();
  }

  disarm(): void {
    this.#faultOf = () => undefined;
    for (const release of this.#hanging) release();
    this.#hanging.clear();
  }

  /** The number of requests of a kind with a fault since `arm` was called. */
  suffered(method: string): number {
    return this.#suffered.get(method) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disarm();
    this.#wire.close();
    this.#upstream.close();
    this.#server.forceShutdown();
  }

  private handle(
    method: string,
    call: grpc.ServerUnaryCall<Buffer, Buffer>,
    callback: grpc.sendUnaryData<Buffer>,
  ): void {
    const fault = this.#faultOf(method);
    if (fault === undefined) {
      this.#forward(method, call, callback);
      return;
    }
    this.#suffered.set(method, this.suffered(method) + 1);
    if (fault === 'hang') {
      this.#hanging.add(() => callback({ code: grpc.status.UNAVAILABLE, details: 'released' }));
    } else if (fault === 'cut') {
      this.#wire.cut();
    } else {
      callback({ code: fault, details: `armed: ${nameOf(fault)}` });
    }
  }

  #forward(method: string, call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>): void {
    const request = this.#upstream.makeUnaryRequest(
      `/${SERVICE}/${method}`,
      asIs,
      asIs,
      call.request,
      call.metadata,
      { deadline: call.getDeadline() },
      (error, answer) => (error ? callback(error) : callback(null, answer)),
    );
    call.on('cancelled', () => request.cancel());
  }
}

function requestNames(): string[] {
  const service: unknown = proto.temporal.api.workflowservice.v1.WorkflowService;
  return Object.keys((service as { readonly methods: Record<string, unknown> }).methods);
}

async function openWire(to: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server: Server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => into.destroy());
      from.on('close', () => {
        sockets.delete(from);
        into.destroy();
      });
      from.pipe(into);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      server.close();
      cut();
    },
  };
}
