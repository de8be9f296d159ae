/** The table of arguments in the documents of kbgp, as data: what someone types today has to be understood. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type OptionSpec, type OptionTable } from "@netferry/service";
import { agentOptions } from "./options.ts";

interface Documented {
  readonly type: OptionSpec["type"];
  readonly default?: string | number | readonly string[];
  readonly variable?: string;
  readonly secret?: true;
}

/** `--help` and `--version` are every command's. A documented port of type string is a number. */
const DOCUMENTED: Readonly<Record<string, Documented>> = {
  "disable-log-export": { type: "bool" },
  email: { type: "string", variable: "KENTIK_API_EMAIL" },
  // Documented as "float", and set to true in the documents' own examples.
  "enable-md5-support": { type: "bool", variable: "KENTIK_ENABLE_MD5" },
  "human-logs": { type: "bool" },
  insecure: { type: "bool" },
  listen: { type: "list", default: ["0.0.0.0:179", "[::]:179"] },
  // Their documented default is the documented target with this path: here the path on whichever target there is.
  "log-export-url": { type: "string" },
  "metrics-export-url": { type: "string" },
  "log-level": { type: "string", default: "info" },
  "md5-listen-interface": { type: "string", default: "any" },
  "metrics-addr": { type: "string", default: "127.0.0.1" },
  "metrics-port": { type: "int", default: 20_920 },
  multi: { type: "int", default: 10 },
  region: { type: "string", variable: "KENTIK_REGION" },
  "site-id": { type: "int", default: 0, variable: "KENTIK_SITE" },
  target: { type: "list" },
  token: { type: "string", variable: "KENTIK_API_TOKEN", secret: true },
};

const table: OptionTable = agentOptions;

test("every documented argument is there, with its type, default and variable", () => {
  for (const [flag, documented] of Object.entries(DOCUMENTED)) {
    const spec = table[flag];
    assert.ok(spec, `--${flag} is missing`);
    assert.equal(spec.type, documented.type, flag);
    assert.deepEqual(spec.default, documented.default, flag);
    assert.deepEqual(spec.env ?? [], documented.variable === undefined ? [] : [documented.variable], flag);
    assert.equal(spec.secret, documented.secret, flag);
    assert.ok(spec.description.length > 0, flag);
  }
});
