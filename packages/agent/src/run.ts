/** The life of the agent's process. */
import { ServiceManager } from "@netferry/kernel";
import {
  addHostMetrics,
  addHttpMetrics,
  addLogMetrics,
  addProcessMetrics,
  createLogger,
  type CommandContext,
  EventLoopCheck,
  exitOnCrash,
  hasAddress,
  HealthMonitor,
  type HttpServer,
  hideArguments,
  LagMeter,
  type LogRecord,
  maxDescriptors,
  MetricRegistry,
  parseListen,
  serveHttp,
  ServiceNotices,
  Shutdown,
  systemClock,
} from "@netferry/service";
import { Agent } from "./agent.ts";
import { addAgentMetrics } from "./agent-metrics.ts";
import { MAX_STATUS_CONNECTIONS } from "./connection-limits.ts";
import { DialledAddresses } from "./dialled-addresses.ts";
import { Exports } from "./export/exports.ts";
import { addAgentChecks } from "./health-checks.ts";
import { Handover } from "./handover/handover.ts";
import { md5Settings } from "./md5/settings.ts";
import { type agentOptions, bracketed } from "./options.ts";
import { settleIngest, wayText } from "./settings.ts";
import { createStatusApi } from "./status-api.ts";

const MIB = 1024 * 1024;

export async function runAgent({
  options,
  settings,
  stdout,
  program,
  manager,
  signal,
}: CommandContext<typeof agentOptions>): Promise<number> {
  hideArguments("netferry agent");
  const access = await settleIngest(options);
  const md5 = md5Settings(options);
  // Lines from before the agent is put together wait here for its export.
  const early: LogRecord[] = [];
  let onRecord = (record: LogRecord): void => void early.push(record);
  const logger = createLogger({
    level: options.logLevel,
    human: options.humanLogs,
    destination: stdout,
    onRecord: (record) => onRecord(record),
  });
  for (const secret of access.secrets) logger.redactValue(secret);
  exitOnCrash({ logger });
  logger.info(
    {
      version: program.version,
      settings: settingLines({ ...settings, ...access.settings }),
      ways: access.targets.map(wayText),
    },
    "the agent starts, with these settings",
  );
  if (access.trust.kind === "insecure") {
    logger.warn("--insecure: the token and all routes travel readable; leave it away where TLS can be had");
  }
  const shutdown = new Shutdown({ logger, signal });
  const health = new HealthMonitor({ clock: systemClock, logger });
  const serviceManager = ServiceManager.of(manager);
  const notices = new ServiceNotices(serviceManager, systemClock, logger);
  const handover = new Handover({
    path: options.handover,
    manager: serviceManager,
    clock: systemClock,
    logger,
  });
  const estate = await handover.inherit();
  let settled = false;
  const agent = new Agent({
    listen: options.listen,
    targets: access.targets,
    trust: access.trust,
    email: access.email,
    token: access.token,
    siteId: options.siteId,
    version: program.version,
    multi: options.multi,
    maxOutageMs: options.maxOutage * 1000,
    md5,
    maxDescriptors: maxDescriptors(),
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
    inherited: estate,
  });
  const metrics = new MetricRegistry({ service: "netferry-agent", version: program.version });
  addProcessMetrics(metrics, program.version);
  addHostMetrics(metrics);
  addLogMetrics(metrics, logger);
  const exported = new Exports({
    way: access,
    logs: !options.disableLogExport,
    logUrl: options.logExportUrl,
    metricUrl: options.metricsExportUrl,
    instance: agent.instance,
    version: program.version,
    siteId: options.siteId,
    target: () => agent.control.target,
    metrics,
    clock: systemClock,
    random: Math.random,
    logger,
  });
  onRecord = (record) => exported.log(record);
  for (const record of early.splice(0)) exported.log(record);
  // What the other parts say while they stop is still exported.
  shutdown.add("exports", () => exported.stop());
  addAgentMetrics(metrics, agent);
  const lagMeter = new LagMeter();
  shutdown.add("event loop's meter", () => lagMeter.stop());
  const eventLoop = new EventLoopCheck(lagMeter);
  addAgentChecks(health, agent, eventLoop);
  const serveStatus = (): Promise<HttpServer> =>
    serveHttp({
      app: createStatusApi({
        agent,
        health,
        eventLoop,
        metricsText: () => metrics.text(),
        exports: () => exported.status(),
        now: systemClock.now,
      }),
      listen: parseListen(`${bracketed(options.metricsAddr)}:${options.metricsPort}`),
      what: "status endpoint (--metrics-addr, --metrics-port)",
      limits: { maxConnections: MAX_STATUS_CONNECTIONS },
      logger,
    });
  let status: HttpServer;
  try {
    status = await serveStatus();
    addHttpMetrics(metrics, () => status);
    shutdown.add("status endpoint", () => status.close(1));
    await agent.start();
  } catch (error) {
    estate?.refuse("the next process of the agent could not start");
    shutdown.begin("the agent can't start", 1);
    await shutdown.finished;
    throw error;
  }
  const addresses = new DialledAddresses({
    sessions: () => agent.sessions,
    hasAddress,
    counters: agent.counters,
    clock: systemClock,
    logger,
  });
  addresses.start();
  shutdown.add("dialled addresses", () => addresses.stop());
  let goodbye = "the agent stops";
  const keepSessions = shutdown.add("sessions", () => agent.stop(goodbye));
  if (estate !== undefined) {
    const { sessions, version } = estate.cargo.state;
    logger.info(
      { from: estate.from, sessions: sessions.length, version },
      "goes on with the sessions of the agent before",
    );
  }
  shutdown.add("health checks", () => health.stop());
  handover.offer({
    async rest() {
      addresses.stop();
      await status.close(1);
      const resting = await agent.rest();
      return {
        ...resting,
        async resume() {
          await resting.resume();
          status = await serveStatus();
          addresses.start();
        },
      };
    },
    onHandedOver() {
      keepSessions();
      shutdown.begin("another process goes on");
    },
  });
  shutdown.add("hand-over", () => handover.close());
  const restart = async (): Promise<void> => {
    const failure = await handover.leave();
    if (failure === undefined) return;
    goodbye = `the agent restarts: ${failure}`;
    shutdown.begin("SIGUSR2");
  };
  const onRestart = (): void => void restart();
  process.on("SIGUSR2", onRestart);
  shutdown.add("signals", () => void process.removeListener("SIGUSR2", onRestart));
  shutdown.add("service manager", () => notices.stopping());
  await notices.ready(`relays ${agent.sessions.length} sessions`);
  logger.info({ version: program.version, instance: agent.instance, status: status.url }, "agent is ready");
  return await shutdown.finished;
}

/** A list, not an object: a field that is called token would be masked, and where it comes from with it. */
function settingLines(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).map(([flag, text]) => `--${flag} ${text}`);
}
