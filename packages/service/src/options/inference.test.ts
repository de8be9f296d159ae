import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { defineCommand } from "./command.ts";
import { optionGroup } from "./spec.ts";

/** True only where both types are the same, and neither is `any`. */
type Same<A, B> = 0 extends 1 & A ? false : [A, B] extends [B, A] ? true : false;

function same<A, B>(verdict: Same<A, B>): void {
  assert.equal(verdict, true);
}

const shared = optionGroup("Shared", {
  "log-level": { type: "string", description: "level", choices: ["debug", "info"], default: "info" },
});

describe("types of option values", () => {
  it("follow from the table, without casts", () => {
    const command = defineCommand({
      name: "probe",
      summary: "probe",
      arguments: {
        prefix: { description: "prefix" },
        "as-number": { description: "asn", optional: true, check: (value) => Number(value) },
        rest: { description: "rest", optional: true, variadic: true },
      },
      options: {
        ...shared,
        name: { type: "string", description: "d" },
        "relay-listen": {
          type: "string",
          description: "d",
          default: ":443",
          check: (value) => ({ host: value, port: 1 }),
        },
        email: { type: "string", description: "d", required: true },
        count: { type: "int", description: "d" },
        multi: { type: "int", description: "d", default: 10, check: z.number().multipleOf(2) },
        rate: { type: "float", description: "d", default: 0.5 },
        json: { type: "bool", description: "d" },
        listen: { type: "list", description: "d", default: ["a"], check: (value) => value.length },
        family: { type: "list", description: "d", choices: ["ipv4", "ipv6"] },
        stamp: { type: "string", description: "d", check: z.string().transform((text) => new Date(text)) },
      },
      run({ options, origins, args }) {
        same<typeof options.name, string | undefined>(true);
        same<typeof options.relayListen, { host: string; port: number }>(true);
        same<typeof options.email, string>(true);
        same<typeof options.count, number | undefined>(true);
        same<typeof options.multi, number>(true);
        same<typeof options.rate, number>(true);
        same<typeof options.json, boolean>(true);
        same<typeof options.listen, number[]>(true);
        same<typeof options.family, ("ipv4" | "ipv6")[]>(true);
        same<typeof options.stamp, Date | undefined>(true);
        same<typeof options.logLevel, "debug" | "info">(true);
        same<typeof args.prefix, string>(true);
        same<typeof args.asNumber, number | undefined>(true);
        same<typeof args.rest, string[]>(true);
        assert.equal(origins.relayListen, "default");
      },
    });
    assert.equal(command.name, "probe");
    assert.equal(command.options["log-level"]?.group, "Shared");
  });

  it("are empty where a command has no tables", () => {
    defineCommand({
      name: "bare",
      summary: "bare",
      run({ options, args }) {
        same<keyof typeof options, never>(true);
        same<keyof typeof args, never>(true);
      },
    });
  });
});
