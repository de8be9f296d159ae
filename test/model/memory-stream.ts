/** A data stream without a network: frames wait until the test delivers them, and are lost when it cuts. */
import type {
  AgentFrame,
  ClientStream,
  IngestFrame,
  RelayMetadata,
  RelayStream,
  ServerStream,
  StreamHandlers,
  StreamStatus,
} from "@netferry/relay";

type Step<T> = { readonly frame: T } | { readonly halfClose: true } | { readonly end: StreamStatus };

class End<Out, In> implements RelayStream<Out, In> {
  readonly sent: Step<Out>[] = [];
  handlers: StreamHandlers<In> | undefined;
  ended = false;

  listen(handlers: StreamHandlers<In>): void {
    this.handlers = handlers;
  }

  send(frame: Out): boolean {
    if (!this.ended) this.sent.push({ frame: copied(frame) });
    return true;
  }

  halfClose(): void {
    if (!this.ended) this.sent.push({ halfClose: true });
  }

  end(status: StreamStatus): void {
    if (!this.ended) this.sent.push({ end: status });
  }

  pause(): void {}
  resume(): void {}

  finish(status: StreamStatus): void {
    if (this.ended) return;
    this.ended = true;
    this.handlers?.onEnd(status);
  }
}

/** What was sent must not change when its sender goes on. */
function copied<T>(frame: T): T {
  return structuredClone(frame);
}

class AgentEnd extends End<AgentFrame, IngestFrame> implements ClientStream<AgentFrame, IngestFrame> {
  serverMetadata: RelayMetadata = new Map();
}

class IngestEnd extends End<IngestFrame, AgentFrame> implements ServerStream<IngestFrame, AgentFrame> {
  readonly peer = "memory";
  readonly metadata: RelayMetadata;
  readonly #onMetadata: (metadata: RelayMetadata) => void;

  constructor(metadata: RelayMetadata, onMetadata: (metadata: RelayMetadata) => void) {
    super();
    this.metadata = metadata;
    this.#onMetadata = onMetadata;
  }

  sendMetadata(metadata: RelayMetadata): void {
    this.#onMetadata(metadata);
  }

  override halfClose(): void {
    this.end({ code: "ok", message: "" });
  }
}

export class MemoryStream {
  readonly agent = new AgentEnd();
  readonly ingest: IngestEnd;

  constructor(metadata: RelayMetadata) {
    this.ingest = new IngestEnd(metadata, (answer) => {
      this.agent.serverMetadata = answer;
    });
  }

  get open(): boolean {
    return !this.agent.ended;
  }

  /** Delivers one thing that the agent has sent; false where there is nothing. */
  up(): boolean {
    return deliver(this.agent, this.ingest);
  }

  /** Delivers one thing that the ingest has sent. */
  down(): boolean {
    return deliver(this.ingest, this.agent);
  }

  /** Everything on its way is lost, and both ends learn that the stream is gone. */
  cut(): void {
    this.agent.sent.length = 0;
    this.ingest.sent.length = 0;
    this.ingest.finish({ code: "cancelled", message: "cut" });
    this.agent.finish({ code: "unavailable", message: "cut" });
  }
}

function deliver<Frame, Other>(from: End<Frame, Other>, to: End<Other, Frame>): boolean {
  const step = from.sent.shift();
  if (step === undefined) return false;
  if ("frame" in step) {
    if (!to.ended) to.handlers?.onMessage(step.frame);
  } else if ("halfClose" in step) {
    if (!to.ended) to.handlers?.onHalfClose();
  } else {
    // A stream ends for both sides; what was still on its way to the one that ended it is dropped.
    to.finish(step.end);
    from.finish(step.end);
  }
  return true;
}
