/** `netferry agent check`. */
import { randomUUID } from "node:crypto";
import { md5Support } from "@netferry/kernel";
import {
  defineCommand,
  EXIT_FAILED,
  EXIT_OK,
  hideArguments,
  parseListen,
  systemClock,
  writeText,
} from "@netferry/service";
import { agentOptions, bracketed } from "../options.ts";
import { settleIngest } from "../settings.ts";
import { checkHost } from "./host-check.ts";
import { allPass, type CheckResult, resultLine } from "./result.ts";
import { checkTarget } from "./target-check.ts";

export const agentCheckCommand = defineCommand({
  name: "check",
  summary: "Check whether an agent with these settings would work",
  description:
    "Goes the way to the ingest (name, web proxy, TCP, TLS, HTTP/2, credentials) and looks at this machine (ports, capabilities, capture interface, TCP MD5). Takes the flags and variables of 'netferry agent'. Changes nothing, and may run beside an agent. Ends with 1 where something fails.",
  examples: [
    "netferry agent check --target ingest.example.net:8443 --ca ingest.pem",
    {
      command: "systemd-run --pipe -p EnvironmentFile=/etc/default/netferry-agent.env netferry agent check",
      text: "As the service would see it",
    },
  ],
  options: {
    json: { type: "bool", env: false, description: "JSON instead of text" },
    ...agentOptions,
  },
  async run({ options, stdout, program }) {
    hideArguments("netferry agent check");
    const { targets, trust, email, token } = await settleIngest(options);
    const identity = {
      email,
      token,
      version: program.version,
      instance: randomUUID(),
      siteId: options.siteId,
    };
    const results: CheckResult[] = [];
    const tell = async (found: readonly CheckResult[]): Promise<void> => {
      results.push(...found);
      if (!options.json) await writeText(stdout, found.map(resultLine).join(""));
    };
    for (const target of targets)
      await tell(await checkTarget({ target, trust, identity, clock: systemClock }));
    await tell(
      await checkHost({
        listen: options.listen,
        status: parseListen(`${bracketed(options.metricsAddr)}:${options.metricsPort}`),
        md5: options.enableMd5Support,
        md5Interface: options.md5ListenInterface,
        md5Support: md5Support(),
      }),
    );
    const ok = allPass(results);
    if (options.json) await writeText(stdout, `${JSON.stringify({ ok, checks: results }, undefined, 2)}\n`);
    return ok ? EXIT_OK : EXIT_FAILED;
  },
});
