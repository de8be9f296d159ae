/** `netferry status --watch` as an operator and as a script run it: over an agent's end and its return, until SIGINT. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Deployment } from "./lib/deployment.ts";
import { eventually, start } from "./lib/process.ts";

let net: Deployment;

before(async () => {
  net = await Deployment.start();
});
after(() => net.stop());

test("blocks with their times go on over an agent's end and return, and SIGINT ends it with 0", async () => {
  const agent = net.agent({ args: ["--listen", "127.0.0.1:0"] });
  const { status } = await agent.line("that it is ready", ({ msg }) => msg === "agent is ready");
  const watching = start(["status", "--watch", "--interval", "0.2", "--agent", String(status)], {});
  let shown = "";
  watching.stdout?.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const ended = new Promise<number | null>((resolve) => watching.once("exit", resolve));
  const count = (pattern: RegExp): number => (shown.match(pattern) ?? []).length;
  await eventually(
    "two blocks",
    () => count(/^\d{4}-\d\d-\d\dT[\d:.]+Z\nagent +http/gm),
    (blocks) => blocks >= 2,
  );
  assert.equal(await agent.stop(), 0);
  await eventually(
    "the absence",
    () => count(/Z nothing listens at .*; it is waited for$/gm),
    (lines) => lines === 1,
  );
  const port = new URL(String(status)).port;
  net.agent({ args: ["--listen", "127.0.0.1:0", "--metrics-port", port] });
  const seen = count(/^agent +http/gm);
  await eventually(
    "blocks again",
    () => count(/^agent +http/gm),
    (blocks) => blocks > seen,
  );
  assert.equal(count(/it is waited for/g), 1);
  watching.kill("SIGINT");
  assert.equal(await ended, 0);
});
