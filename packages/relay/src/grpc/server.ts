/** The ingest's side of gRPC: it accepts agents' streams and hands them to its owner. */
import type { Server as NetServer, Socket } from "node:net";
import {
  type ConnectionInjector,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type StatusObject,
} from "@grpc/grpc-js";
import type { AgentControl, IngestControl } from "../control.ts";
import type { AgentFrame, IngestFrame } from "../frames.ts";
import type { RelayMetadata } from "../metadata.ts";
import type { ServerStream, StreamHandlers, StreamStatus } from "../stream.ts";
import { RelayListener, type RelayRefusal } from "./listener.ts";
import { fromGrpcMetadata, toGrpcMetadata } from "./metadata.ts";
import {
  type Box,
  FLOW_CONTROL_WINDOW_BYTES,
  MAX_GRPC_MESSAGE_BYTES,
  relayServiceDefinition,
} from "./service.ts";
import { statusToGrpc } from "./status.ts";

/** Streams that one HTTP/2 connection may carry: agents choose `--multi`, this bounds it. */
export const MAX_STREAMS_PER_CONNECTION = 1024;

/** A connection without a stream is closed after this. */
const IDLE_CONNECTION_MS = 60_000;

export interface RelayServerHandlers {
  onControl(stream: ServerStream<IngestControl, AgentControl>): void;
  onData(stream: ServerStream<IngestFrame, AgentFrame>): void;
}

export interface RelayServerOptions {
  /** PEM; the key is never logged. Undefined: no TLS at all. */
  readonly certificate: { readonly certPem: string; readonly keyPem: string } | undefined;
  readonly handlers: RelayServerHandlers;
  /** Takes connections that speak HTTP/1.1, on which agents export what they log and measure. */
  readonly onHttp1: (socket: Socket) => void;
  /** Connections at once. */
  readonly maxConnections: number;
  /** A connection came to nothing. */
  readonly onRefused: (cause: RelayRefusal, address: string) => void;
}

export class RelayServer {
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #listener: RelayListener;

  constructor(options: RelayServerOptions) {
    this.#server = new Server({
      "grpc.max_concurrent_streams": MAX_STREAMS_PER_CONNECTION,
      "grpc.enable_channelz": 0,
      "grpc.max_receive_message_length": MAX_GRPC_MESSAGE_BYTES,
      "grpc.keepalive_time_ms": 10_000,
      "grpc.keepalive_timeout_ms": 10_000,
      "grpc.max_connection_idle_ms": IDLE_CONNECTION_MS,
      "grpc-node.flow_control_window": FLOW_CONTROL_WINDOW_BYTES,
    });
    this.#server.addService(relayServiceDefinition, {
      control: (call: ServerDuplexStream<Box<AgentControl>, Box<IngestControl>>) =>
        options.handlers.onControl(new GrpcServerStream(call)),
      data: (call: ServerDuplexStream<Box<AgentFrame>, Box<IngestFrame>>) =>
        options.handlers.onData(new GrpcServerStream(call)),
    });
    // TLS is the listener's: what it hands out are the bytes of HTTP/2.
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
    this.#listener = new RelayListener({
      certificate: options.certificate,
      onHttp2: (socket) => this.#injector.injectConnection(socket),
      maxConnections: options.maxConnections,
      onHttp1: options.onHttp1,
      onRefused: options.onRefused,
    });
  }

  /**
   * Binds; resolves to the port, which matters where 0 was asked for.
   * Rejects with an error whose `code` is the system's (EADDRINUSE, EACCES, ...).
   */
  listen(host: string, port: number): Promise<number> {
    return this.#listener.listen(host, port);
  }

  /** The listening socket, to be looked at. */
  get socket(): NetServer {
    return this.#listener.server;
  }

  /** Takes no more streams and waits for those that are open. */
  async drain(): Promise<void> {
    this.#listener.close();
    await new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
  }

  /** Cuts every connection. */
  close(): void {
    this.#listener.close();
    this.#server.forceShutdown();
  }
}

class GrpcServerStream<Out, In> implements ServerStream<Out, In> {
  readonly metadata: RelayMetadata;
  readonly peer: string;
  readonly #call: ServerDuplexStream<Box<In>, Box<Out>>;
  #handlers: StreamHandlers<In> | undefined;
  #ended = false;

  constructor(call: ServerDuplexStream<Box<In>, Box<Out>>) {
    this.#call = call;
    this.metadata = fromGrpcMetadata(call.metadata);
    this.peer = call.getPeer();
    call.on("error", (error: Error) => this.#finish({ code: "internal", message: error.message }));
    call.on("cancelled", () => this.#finish({ code: "cancelled", message: "the agent's stream is gone" }));
    call.on("close", () => this.#finish({ code: "cancelled", message: "the stream was closed" }));
  }

  listen(handlers: StreamHandlers<In>): void {
    this.#handlers = handlers;
    this.#call.on("data", ({ message }: Box<In>) => {
      if (message !== undefined && !this.#ended) handlers.onMessage(message);
    });
    this.#call.on("drain", () => {
      if (!this.#ended) handlers.onDrain();
    });
    this.#call.on("end", () => {
      if (!this.#ended) handlers.onHalfClose();
    });
  }

  sendMetadata(metadata: RelayMetadata): void {
    if (!this.#ended) this.#call.sendMetadata(toGrpcMetadata(metadata));
  }

  send(message: Out): boolean {
    return this.#ended ? true : this.#call.write({ message });
  }

  halfClose(): void {
    this.end({ code: "ok", message: "" });
  }

  end(status: StreamStatus): void {
    if (this.#ended) return;
    if (status.code === "ok") this.#call.end();
    else {
      const object: Partial<StatusObject> & { metadata?: Metadata } = {
        code: statusToGrpc(status.code),
        details: status.message,
      };
      this.#ended = true;
      this.#call.emit("error", object);
      this.#ended = false;
    }
    this.#finish(status);
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  #finish(status: StreamStatus): void {
    if (this.#ended) return;
    this.#ended = true;
    // Never from inside the owner's own call, which may be in the middle of a change of state.
    queueMicrotask(() => this.#handlers?.onEnd(status));
  }
}
