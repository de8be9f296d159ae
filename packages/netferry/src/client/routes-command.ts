import { defineCommand, OperatorError, printable, UsageError } from "@netferry/service/command-line";
import type { Command } from "@netferry/service/command-line";
import { DeviceAnswer } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import type { Query } from "./api-client.ts";
import { UNICAST_FAMILIES } from "../family-names.ts";
import { clientOptions } from "./client-options.ts";
import { resolveAccess } from "./credentials.ts";
import { devicePath, withDevice } from "./device-errors.ts";
import { parseAsn } from "./asn.ts";
import { plural } from "./format.ts";
import { createRoutePrinter } from "./route-printer.ts";

interface Question {
  readonly query: Query;
  /** What is asked for, in words: `route to 192.0.2.1`; undefined for everything. */
  readonly words: string | undefined;
}

function questionOf(
  target: string | undefined,
  options: {
    readonly within: string | undefined;
    readonly origin: number | undefined;
    readonly family: string | undefined;
    readonly limit: number | undefined;
  },
): Question {
  const { within, origin, family, limit } = options;
  if (target !== undefined && within !== undefined) {
    throw new UsageError("a prefix or address and --within ask different things; give one of the two");
  }
  const narrowed = { within, origin, family, limit };
  const from = origin === undefined ? "" : ` from AS${origin}`;
  if (target !== undefined) {
    const field = target.includes("/") ? "prefix" : "address";
    return { query: { ...narrowed, [field]: target }, words: `route to ${target}${from}` };
  }
  if (within !== undefined) return { query: narrowed, words: `route within ${within}${from}` };
  if (origin !== undefined) return { query: narrowed, words: `route${from}` };
  return { query: narrowed, words: undefined };
}

/** `netferry routes`. */
export const routesCommand: Command = defineCommand({
  name: "routes",
  summary: "Ask for routes of a device",
  description:
    "Lists all routes of a device, or the one that an address or a prefix asks for: an address gets its longest " +
    "match, a prefix exactly itself, --within a prefix and its more specifics. Routes are printed as they come, so " +
    "a full table needs no memory. Exit code 1 where what was asked for is not there.",
  examples: [
    { command: "netferry routes --device core-r1 192.0.2.1", text: "Which route has this address?" },
    "netferry routes --device core-r1 192.0.2.0/24",
    "netferry routes --device core-r1 --within 192.0.0.0/8 --origin 65001",
    {
      command: "netferry routes --device core-r1 --json > routes.ndjson",
      text: "The whole table, one object a line",
    },
  ],
  arguments: { target: { description: "Prefix or address to ask for", optional: true } },
  options: {
    device: { type: "string", description: "Name or id of the device", placeholder: "NAME", required: true },
    origin: {
      type: "string",
      description: "Only routes of this origin AS",
      placeholder: "AS",
      check: parseAsn,
    },
    within: { type: "string", description: "Only this prefix and its more specifics", placeholder: "PREFIX" },
    family: {
      type: "string",
      description: "Only this address family",
      placeholder: "FAMILY",
      suggestions: UNICAST_FAMILIES,
    },
    limit: {
      type: "int",
      description: "Stop after so many routes",
      placeholder: "N",
      min: 1,
      max: 999_999_999,
    },
    json: { type: "bool", description: "One JSON object a line instead of a table" },
    ...clientOptions,
  },
  async run({ options, args, stdout, stderr, signal }) {
    const { device } = options;
    const { query, words } = questionOf(args.target, options);
    const client = new ApiClient(await resolveAccess(options), signal);
    const { headers, batches } = await withDevice(client, device, () =>
      client.lines(`${devicePath(device)}/routes`, query),
    );
    const owner = headers["x-netferry-table-of"];
    const printer = createRoutePrinter(stdout, options.json, client.origin);
    for await (const lines of batches) await printer.print(lines);
    await printer.end();
    if (printer.count === 0) {
      if (words !== undefined) throw new OperatorError(`no ${words} on device ${device}`);
      const { state } = await client.get(devicePath(device), DeviceAnswer);
      stderr.write(`device ${device} has no routes; its state is ${state}\n`);
      return;
    }
    if (owner !== undefined)
      stderr.write(`these are the routes of ${printable(String(owner))}, whose table ${device} uses\n`);
    if (stderr.isTTY === true) {
      const more = printer.count === options.limit ? ", as many as --limit asked for" : "";
      stderr.write(`${plural(printer.count, "route")}${more}\n`);
    }
  },
});
