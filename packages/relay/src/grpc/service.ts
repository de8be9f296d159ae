/** Method paths and codecs of the relay service, for both sides of gRPC. */
import type { ServiceDefinition } from "@grpc/grpc-js";
import {
  type AgentControl,
  decodeAgentControl,
  decodeIngestControl,
  encodeAgentControl,
  encodeIngestControl,
  type IngestControl,
} from "../control.ts";
import {
  type AgentFrame,
  decodeAgentFrame,
  decodeIngestFrame,
  encodeAgentFrame,
  encodeIngestFrame,
  type IngestFrame,
} from "../frames.ts";
import { RelayService } from "../gen/netferry/relay/v1/relay_pb.js";

/**
 * Largest gRPC message that is taken: a joined payload plus one largest BGP message and the fields around them,
 * with room to spare.
 */
export const MAX_GRPC_MESSAGE_BYTES = 512 * 1024;

/** HTTP/2 flow-control window of a stream, so that one session fills a long link; per connection as much. */
export const FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;

/** A message of a kind that this version doesn't know arrives as an empty box and is skipped. */
export interface Box<T> {
  readonly message: T | undefined;
}

function serializer<T>(encode: (message: T) => Uint8Array): (box: Box<T>) => Buffer {
  return ({ message }) => {
    if (message === undefined) return Buffer.alloc(0);
    const bytes = encode(message);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

function deserializer<T>(decode: (bytes: Uint8Array) => T | undefined): (bytes: Buffer) => Box<T> {
  return (bytes) => ({ message: decode(bytes) });
}

function method<Request, Response>(
  name: string,
  encodeRequest: (message: Request) => Uint8Array,
  decodeRequest: (bytes: Uint8Array) => Request | undefined,
  encodeResponse: (message: Response) => Uint8Array,
  decodeResponse: (bytes: Uint8Array) => Response | undefined,
) {
  return {
    path: `/${RelayService.typeName}/${name}`,
    requestStream: true,
    responseStream: true,
    requestSerialize: serializer(encodeRequest),
    requestDeserialize: deserializer(decodeRequest),
    responseSerialize: serializer(encodeResponse),
    responseDeserialize: deserializer(decodeResponse),
  } as const;
}

export const controlMethod = method<AgentControl, IngestControl>(
  RelayService.method.control.name,
  encodeAgentControl,
  decodeAgentControl,
  encodeIngestControl,
  decodeIngestControl,
);

export const dataMethod = method<AgentFrame, IngestFrame>(
  RelayService.method.data.name,
  encodeAgentFrame,
  decodeAgentFrame,
  encodeIngestFrame,
  decodeIngestFrame,
);

export const relayServiceDefinition = {
  control: controlMethod,
  data: dataMethod,
} satisfies ServiceDefinition;
