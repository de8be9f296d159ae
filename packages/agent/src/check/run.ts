/** What `netferry agent check` does. */
import { randomUUID } from "node:crypto";
import { md5Support } from "@netferry/kernel";
import {
  type CommandContext,
  EXIT_FAILED,
  EXIT_OK,
  hideArguments,
  parseListen,
  systemClock,
  writeText,
} from "@netferry/service";
import { bracketed } from "../options.ts";
import type { agentCheckOptions } from "./command.ts";
import { settleIngest } from "../settings.ts";
import { checkHost } from "./host-check.ts";
import { allPass, type CheckResult, resultLine } from "./result.ts";
import { checkTarget } from "./target-check.ts";

export async function runAgentCheck({
  options,
  stdout,
  program,
}: CommandContext<typeof agentCheckOptions>): Promise<number> {
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
}
