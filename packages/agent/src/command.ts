/** `netferry agent`: the option table, and the life of the process. */
import { sameFingerprint, type TrustSettings } from "@netferry/relay";
import {
  addLogMetrics,
  addProcessMetrics,
  createLogger,
  defineCommand,
  exitOnCrash,
  HealthMonitor,
  hideArguments,
  loadTrustAnchors,
  loggingOptions,
  MetricRegistry,
  optionGroup,
  parseHostPort,
  parseListen,
  serveHttp,
  Shutdown,
  systemClock,
  UsageError,
} from "@netferry/service";
import { Agent } from "./agent.ts";
import { addAgentMetrics } from "./agent-metrics.ts";
import { createStatusApi } from "./status-api.ts";

const MIB = 1024 * 1024;
const BGP_PORT = 179;
const RELAY_PORT = 443;
const STATUS_PORT = 20_920;

export const agentCommand = defineCommand({
  name: "agent",
  summary: "Run the BGP proxy that relays devices to an ingest",
  description: [
    "Routers peer with the agent as with any BGP neighbour. It keeps no routes: every session goes on to the ingest at --target, over gRPC and TLS.",
    "The token is better given in the environment (NETFERRY_TOKEN) than on the command line, where others see it for an instant.",
  ].join("\n\n"),
  examples: [
    {
      command: "netferry agent --target ingest.example.net:8443 --ca ingest.pem --email E",
      text: "With the ingest's own certificate; NETFERRY_TOKEN holds the token",
    },
    {
      command: "netferry agent --target 192.0.2.1:8443 --fingerprint AB:CD:... --listen 10.0.0.1:179",
      text: "With the fingerprint that the ingest showed when it started",
    },
  ],
  options: {
    ...optionGroup("Ingest", {
      target: {
        type: "list",
        description: "The ingest, on port 443 unless it names another; several are tried in order",
        placeholder: "HOST:PORT",
        required: true,
        check: (text: string) => parseHostPort(text, RELAY_PORT),
      },
      email: {
        type: "string",
        description: "Account at the ingest",
        placeholder: "EMAIL",
        required: true,
        env: ["KENTIK_API_EMAIL"],
      },
      token: {
        type: "string",
        description: "The account's token",
        placeholder: "TOKEN",
        required: true,
        secret: true,
        env: ["KENTIK_API_TOKEN"],
        check: checkToken,
      },
      "site-id": {
        type: "int",
        description: "Site to look devices up in; 0 means any",
        placeholder: "ID",
        default: 0,
        min: 0,
        max: 4_294_967_295,
        env: ["KENTIK_SITE"],
      },
      multi: {
        type: "int",
        description: "Sessions that share one connection to the ingest",
        placeholder: "N",
        default: 10,
        min: 1,
        max: 1000,
      },
      "max-outage": {
        type: "int",
        description: "How long a device's session is kept while no ingest takes it, in seconds",
        placeholder: "SECONDS",
        default: 1_800,
        min: 0,
        max: 604_800,
      },
      retain: {
        type: "int",
        description:
          "What one session may keep meanwhile, in MiB; past it UPDATEs are dropped and asked for again later",
        placeholder: "MIB",
        default: 16,
        min: 1,
        max: 4_096,
      },
      "retain-total": {
        type: "int",
        description: "What all sessions may keep together, in MiB",
        placeholder: "MIB",
        default: 256,
        min: 1,
        max: 65_536,
      },
    }),
    ...optionGroup("TLS", {
      ca: {
        type: "string",
        description: "Certificates to trust instead of the system's (PEM), such as the ingest's own",
        placeholder: "FILE",
      },
      fingerprint: {
        type: "string",
        description: "Trust the one certificate with this SHA-256 fingerprint, whatever its name",
        placeholder: "AB:CD:...",
        check: checkFingerprint,
      },
    }),
    ...optionGroup("Devices", {
      listen: {
        type: "list",
        description: "Address for devices",
        placeholder: "ADDR:PORT",
        default: ["0.0.0.0:179", "[::]:179"],
        check: (text: string) => parseListen(text, BGP_PORT),
      },
    }),
    ...optionGroup("Status", {
      "metrics-addr": {
        type: "string",
        description: "Address of the status and metrics endpoint",
        placeholder: "ADDR",
        default: "127.0.0.1",
      },
      "metrics-port": {
        type: "int",
        description: "Its port",
        placeholder: "PORT",
        default: STATUS_PORT,
        min: 0,
        max: 65_535,
      },
    }),
    ...loggingOptions,
  },
  daemon: true,
  async run({ options, stdout, program, signal }) {
    hideArguments("netferry agent");
    const trust = await trustSettings(options.ca, options.fingerprint);
    const logger = createLogger({ level: options.logLevel, human: options.humanLogs, destination: stdout });
    logger.redactValue(options.token);
    exitOnCrash({ logger });
    const shutdown = new Shutdown({ logger, signal });
    const health = new HealthMonitor({ clock: systemClock, logger });
    let settled = false;
    const agent = new Agent({
      listen: options.listen,
      targets: options.target,
      trust,
      email: options.email,
      token: options.token,
      siteId: options.siteId,
      version: program.version,
      multi: options.multi,
      maxOutageMs: options.maxOutage * 1000,
      retention: { perSession: options.retain * MIB, total: options.retainTotal * MIB },
      onControlChange: () => {
        // The first result waits for the first word of an ingest: until then it is "initializing".
        if (settled) void health.runNow();
        else health.start();
        settled = true;
      },
      clock: systemClock,
      random: Math.random,
      logger,
    });
    const metrics = new MetricRegistry({ service: "netferry-agent", version: program.version });
    addProcessMetrics(metrics, program.version);
    addLogMetrics(metrics, logger);
    addAgentMetrics(metrics, agent);
    health.add("control stream", () =>
      agent.control.connected ? undefined : agent.control.lastError || "not connected to an ingest yet",
    );
    const status = await serveHttp({
      app: createStatusApi({ agent, health, metricsText: () => metrics.text(), now: systemClock.now }),
      listen: parseListen(`${bracketed(options.metricsAddr)}:${options.metricsPort}`),
      what: "status endpoint (--metrics-addr, --metrics-port)",
      logger,
    });
    shutdown.add("status endpoint", () => status.close(1));
    shutdown.add("sessions", () => agent.stop("the agent stops"));
    try {
      await agent.start();
    } catch (error) {
      shutdown.begin("the agent can't start", 1);
      await shutdown.finished;
      throw error;
    }
    shutdown.add("health checks", () => health.stop());
    logger.info({ version: program.version, instance: agent.instance, status: status.url }, "agent is ready");
    return await shutdown.finished;
  },
});

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function checkToken(text: string): string {
  if (/^[\u0021-\u007e]+$/.test(text)) return text;
  throw new Error("expected one word of printable characters; a file that was read may end in a line break");
}

function checkFingerprint(text: string): string {
  if (sameFingerprint(text, text)) return text;
  throw new Error(
    "expected the 32 octets of a SHA-256 fingerprint in hex, as the ingest shows it when it starts",
  );
}

async function trustSettings(
  ca: string | undefined,
  fingerprint: string | undefined,
): Promise<TrustSettings> {
  if (ca !== undefined && fingerprint !== undefined) {
    throw new UsageError("--ca and --fingerprint exclude each other; give the one that you have");
  }
  if (fingerprint !== undefined) return { kind: "fingerprint", sha256: fingerprint };
  if (ca !== undefined) return { kind: "ca", pem: await loadTrustAnchors(ca) };
  return { kind: "system" };
}
