/** The codec in a real browser: it must read and write messages of every family as it does here. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { codecFamilies, decodeMessage, encodeMessage, familyName, formatNlri, toHex } from "@netferry/bgp";
import { subjects } from "../differential/lib/subjects.ts";
import { serve } from "./server.ts";

const CHROMIUM = "chromium";
/** A guard against a hang, milliseconds. */
const LIMIT_MS = 120_000;
const SEED = 20261121;

/** What the page computes of one message, and so does this process. */
interface Answer {
  readonly again: string;
  readonly message: string;
  readonly routes: readonly string[];
}

const messages = subjects(SEED, 3).filter(
  ({ context, kind }) => context.fourOctetAs && !kind.includes("path id"),
);
const octets = messages.map(({ message, context }) => toHex(encodeMessage(message, context)));

const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === "bigint") return `${value}n`;
  return value instanceof Uint8Array ? toHex(value) : value;
};

function answerOf(hex: string): Answer {
  const decoded = decodeMessage(Uint8Array.from(Buffer.from(hex, "hex")));
  assert.ok(decoded.ok);
  const { message } = decoded;
  const routes: string[] = [];
  for (const attribute of message.type === "update" ? message.attributes : []) {
    if (attribute.type !== "mp-reach" && attribute.type !== "mp-unreach") continue;
    for (const { bytes } of attribute.nlri) routes.push(formatNlri(attribute.family, bytes));
  }
  return { again: toHex(encodeMessage(message)), message: JSON.stringify(message, plain), routes };
}

const PAGE = `<!doctype html><meta charset="utf-8"><pre id="out">not run</pre><script type="module">
import { decodeMessage, encodeMessage, formatNlri, fromHex, toHex } from "/src/index.ts";
const plain = (_key, value) => typeof value === "bigint" ? value + "n" : value instanceof Uint8Array ? toHex(value) : value;
const answers = ${JSON.stringify(octets)}.map((hex) => {
  const { message } = decodeMessage(fromHex(hex));
  const routes = [];
  for (const attribute of message.type === "update" ? message.attributes : []) {
    if (attribute.type !== "mp-reach" && attribute.type !== "mp-unreach") continue;
    for (const { bytes } of attribute.nlri) routes.push(formatNlri(attribute.family, bytes));
  }
  return { again: toHex(encodeMessage(message)), message: JSON.stringify(message, plain), routes };
});
document.getElementById("out").textContent = btoa(encodeURIComponent(JSON.stringify(answers)));
</script>`;

test("a browser reads and writes messages of every family as Node does", async () => {
  const kinds = new Set(messages.map(({ kind }) => kind));
  for (const family of codecFamilies) assert.ok(kinds.has(`routes ${familyName(family)}`));
  const { server, url } = await serve(PAGE);
  const profile = mkdtempSync(join(tmpdir(), "netferry-browser-"));
  try {
    const flags = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      `--user-data-dir=${profile}`,
    ];
    const { stdout } = await promisify(execFile)(
      CHROMIUM,
      [...flags, "--virtual-time-budget=60000", "--dump-dom", url],
      { timeout: LIMIT_MS, maxBuffer: 1 << 28 },
    );
    const [, encoded] = /<pre id="out">([^<]*)<\/pre>/.exec(stdout) ?? [];
    assert.match(encoded ?? "", /^[A-Za-z0-9+/=]+$/, "the page did not run to its end");
    const answers = JSON.parse(decodeURIComponent(atob(encoded ?? ""))) as Answer[];
    assert.deepEqual(
      answers,
      octets.map((hex) => answerOf(hex)),
    );
    assert.deepEqual(
      answers.map(({ again }) => again),
      octets,
    );
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
