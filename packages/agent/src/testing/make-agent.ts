import { createLogger, systemClock } from "@netferry/service";
import { CapturedStream } from "@netferry/service/testing";
import { Agent } from "../agent.ts";
import type { AgentOptions } from "../agent-options.ts";

/** An agent on loopback that knows the ingest at this port of loopback, without TLS; it is not started. */
export function makeAgent(ingestPort: number, options: Partial<AgentOptions> = {}): Agent {
  return new Agent({
    listen: [{ host: "127.0.0.1", port: 0 }],
    targets: [{ host: "127.0.0.1", port: ingestPort }],
    trust: { kind: "insecure" },
    email: "agent@example.net",
    token: "token",
    siteId: 0,
    version: "1.2.3",
    multi: 10,
    maxOutageMs: 60_000,
    retention: { perSession: 1024, total: 4096 },
    md5: undefined,
    onControlChange: () => undefined,
    clock: systemClock,
    random: Math.random,
    logger: createLogger({ destination: new CapturedStream() }),
    ...options,
  });
}
