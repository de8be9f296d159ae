/** The agent's side of gRPC: one HTTP/2 connection, and the streams on it. */
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  type Metadata,
  type StatusObject,
} from "@grpc/grpc-js";
import type { AgentControl, IngestControl } from "../control.ts";
import type { AgentFrame, IngestFrame } from "../frames.ts";
import type { RelayMetadata } from "../metadata.ts";
import { proxyName } from "../proxy/proxy.ts";
import type { ClientStream, StreamHandlers, StreamStatus } from "../stream.ts";
import { clientCredentials, serverName, type TrustedTarget } from "../trust.ts";
import { fromGrpcMetadata, toGrpcMetadata } from "./metadata.ts";
import {
  type Box,
  controlMethod,
  dataMethod,
  FLOW_CONTROL_WINDOW_BYTES,
  MAX_GRPC_MESSAGE_BYTES,
} from "./service.ts";
import { statusFromGrpc } from "./status.ts";

/** An ingest that died is noticed after this much silence plus {@link PING_TIMEOUT_MS}. */
export const PING_INTERVAL_MS = 5_000;
export const PING_TIMEOUT_MS = 5_000;

/**
 * Makes connections to one ingest that share what TLS needs: an agent has hundreds of them, and trust anchors of its own
 * for each cost it more memory than all else of a connection.
 */
export function relayConnector(target: TrustedTarget): () => RelayConnection {
  const shared = clientCredentials(target);
  return () => new RelayConnection(target, shared);
}

/** One connection to an ingest. It connects on its first stream. */
export class RelayConnection {
  readonly #client: Client;

  /** @param credentials of that target */
  constructor(target: TrustedTarget, credentials: ChannelCredentials = clientCredentials(target)) {
    const connectTo = target.proxy === undefined ? target.authority : proxyName(target.proxy);
    this.#client = new Client(connectTo, credentials, {
      "grpc.ssl_target_name_override": serverName(target.host),
      "grpc.default_authority": target.authority,
      // Without it, grpc-js would lead every connection to the same target over one socket.
      "grpc.use_local_subchannel_pool": 1,
      // Proxies are our own affair: grpc-js reads the environment, and goes around those it does not understand.
      "grpc.enable_http_proxy": 0,
      // A retried stream would need its messages kept a second time.
      "grpc.enable_retries": 0,
      "grpc.service_config_disable_resolution": 1,
      "grpc.keepalive_time_ms": PING_INTERVAL_MS,
      "grpc.keepalive_timeout_ms": PING_TIMEOUT_MS,
      "grpc.keepalive_permit_without_calls": 1,
      // Nobody asks for grpc-js's own statistics, which it keeps of every connection and call.
      "grpc.enable_channelz": 0,
      "grpc.max_receive_message_length": MAX_GRPC_MESSAGE_BYTES,
      "grpc-node.flow_control_window": FLOW_CONTROL_WINDOW_BYTES,
    });
  }

  openControl(metadata: RelayMetadata): ClientStream<AgentControl, IngestControl> {
    return new GrpcClientStream(
      this.#client.makeBidiStreamRequest(
        controlMethod.path,
        controlMethod.requestSerialize,
        controlMethod.responseDeserialize,
        toGrpcMetadata(metadata),
      ),
    );
  }

  openData(metadata: RelayMetadata): ClientStream<AgentFrame, IngestFrame> {
    return new GrpcClientStream(
      this.#client.makeBidiStreamRequest(
        dataMethod.path,
        dataMethod.requestSerialize,
        dataMethod.responseDeserialize,
        toGrpcMetadata(metadata),
      ),
    );
  }

  /** Takes no more streams; the connection goes when the last stream has ended. */
  close(): void {
    this.#client.close();
  }
}

class GrpcClientStream<Out, In> implements ClientStream<Out, In> {
  readonly #call: ClientDuplexStream<Box<Out>, Box<In>>;
  #metadata: RelayMetadata = new Map();
  #ended = false;

  constructor(call: ClientDuplexStream<Box<Out>, Box<In>>) {
    this.#call = call;
    call.on("metadata", (metadata: Metadata) => {
      this.#metadata = fromGrpcMetadata(metadata);
    });
    // The status event tells the same; an error event without a listener would end the process.
    call.on("error", () => undefined);
  }

  get serverMetadata(): RelayMetadata {
    return this.#metadata;
  }

  listen(handlers: StreamHandlers<In>): void {
    this.#call.on("data", ({ message }: Box<In>) => {
      if (message !== undefined && !this.#ended) handlers.onMessage(message);
    });
    this.#call.on("drain", () => {
      if (!this.#ended) handlers.onDrain();
    });
    this.#call.on("end", () => {
      if (!this.#ended) handlers.onHalfClose();
    });
    this.#call.on("status", (status: StatusObject) => {
      if (this.#ended) return;
      this.#ended = true;
      handlers.onEnd(statusFromGrpc(status.code, status.details));
    });
  }

  send(message: Out): boolean {
    return this.#ended ? true : this.#call.write({ message });
  }

  halfClose(): void {
    this.#call.end();
  }

  end(_status: StreamStatus): void {
    this.#call.cancel();
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }
}
