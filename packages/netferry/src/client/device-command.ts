import { defineCommand, defineCommandGroup, UsageError, writeText } from "@netferry/service/command-line";
import type { Command, OutputStream } from "@netferry/service/command-line";
import { DeviceAnswer, DevicesAnswer, SessionsAnswer } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { clientOptions } from "./client-options.ts";
import { resolveAccess } from "./credentials.ts";
import { devicePath, withDevice } from "./device-errors.ts";
import { deviceBody, deviceFieldOptions } from "./device-options.ts";
import { deviceDetails, deviceTable } from "./device-text.ts";
import { terminalColumns } from "./terminal.ts";

const DEVICES_A_PAGE = 1_000;

const jsonOption = { json: { type: "bool", description: "JSON instead of text" } } as const;
const jsonLinesOption = {
  json: { type: "bool", description: "One JSON object a line instead of a table" },
} as const;

function writeJson(stdout: OutputStream, value: unknown): Promise<void> {
  return writeText(stdout, `${JSON.stringify(value, undefined, 2)}\n`);
}

const nameArgument = { name: { description: "Name or id of the device" } } as const;

const addCommand = defineCommand({
  name: "add",
  summary: "Register a device",
  description:
    "Registers a device, so that a BGP session from one of its addresses is let in. Without --local-asn the session is iBGP.",
  examples: [
    "netferry device add core-r1 --address 192.0.2.1 --asn 65001",
    {
      command:
        "netferry device add core-r2 --address 10.0.0.1 --address 2001:db8::2 --asn 65001 --site ams --local-asn 65000",
      text: "Over IPv4 and IPv6, in a site, as eBGP",
    },
    {
      command: "netferry device add sw1 --type table --table-device core-r1",
      text: "Uses the routes of core-r1",
    },
  ],
  arguments: { name: { description: "Name for it: up to 64 letters, digits and . _ : -, not digits alone" } },
  options: { ...deviceFieldOptions, ...jsonOption, ...clientOptions },
  async run(context) {
    const { options, args, stdout, signal } = context;
    const client = new ApiClient(await resolveAccess(options), signal);
    const body = { name: args.name, ...(await deviceBody(options, context)) };
    const device = await client.post("/devices", DeviceAnswer, body);
    if (options.json) return writeJson(stdout, device);
    return writeText(stdout, `registered device ${device.name} (id ${device.id})\n`);
  },
});

const listCommand = defineCommand({
  name: "list",
  summary: "List devices and how they stand",
  examples: ["netferry device list", "netferry device list --site ams --json"],
  options: {
    site: {
      type: "string",
      env: false,
      description: "Only those of this site, by name or id",
      placeholder: "SITE",
    },
    ...jsonLinesOption,
    ...clientOptions,
  },
  async run({ options, stdout, stderr, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    let after: number | undefined;
    let found = 0;
    do {
      const query = { site: options.site, limit: DEVICES_A_PAGE, after };
      const page = await client.get("/devices", DevicesAnswer, query);
      found += page.devices.length;
      after = page.next ?? undefined;
      if (page.devices.length === 0) break;
      const text = options.json
        ? page.devices.map((device) => `${JSON.stringify(device)}\n`).join("")
        : deviceTable(page.devices, terminalColumns(stdout));
      await writeText(stdout, text);
    } while (after !== undefined);
    if (found === 0 && !options.json) {
      const where = options.site === undefined ? "" : ` in site ${options.site}`;
      stderr.write(`no devices${where}; 'netferry device add' registers one\n`);
    }
  },
});

const showCommand = defineCommand({
  name: "show",
  summary: "Show one device and its BGP sessions",
  examples: ["netferry device show core-r1"],
  arguments: nameArgument,
  options: { ...jsonOption, ...clientOptions },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    const path = devicePath(args.name);
    const device = await withDevice(client, args.name, () => client.get(path, DeviceAnswer));
    const { sessions } = await client.get(`/devices/${device.id}/sessions`, SessionsAnswer);
    if (options.json) return writeJson(stdout, { ...device, sessions });
    return writeText(stdout, deviceDetails(device, sessions));
  },
});

const UNSETTABLE = {
  site: "site",
  "local-asn": "localAsn",
  asn: "asn",
  "table-device": "tableDevice",
  "md5-key": "md5Key",
} as const;

const setCommand = defineCommand({
  name: "set",
  summary: "Change a device",
  description:
    "Changes what is named and leaves the rest. Lists, such as the addresses, are replaced as a whole.",
  examples: [
    "netferry device set core-r1 --hold-time 30",
    { command: "netferry device set core-r1 --unset local-asn", text: "Back to iBGP" },
    {
      command: "netferry device set core-r1 --md5-key-file -",
      text: "Asks for the TCP MD5 key; a pipe or a file (mode 600) gives it to scripts",
    },
  ],
  arguments: nameArgument,
  options: {
    "new-name": { type: "string", env: false, description: "Another name for it", placeholder: "NAME" },
    ...deviceFieldOptions,
    unset: {
      type: "list",
      env: false,
      description: "Field to take away",
      choices: ["site", "local-asn", "asn", "table-device", "md5-key"],
      placeholder: "FIELD",
    },
    ...jsonOption,
    ...clientOptions,
  },
  async run(context) {
    const { options, args, stdout, signal } = context;
    const body: Record<string, unknown> = {
      name: options.newName,
      ...(await deviceBody(options, context)),
    };
    for (const flag of options.unset) {
      const field = UNSETTABLE[flag];
      if (body[field] !== undefined)
        throw new UsageError(`--${flag} and --unset ${flag}: give one of the two`);
      body[field] = null;
    }
    if (Object.values(body).every((value) => value === undefined)) {
      throw new UsageError("nothing to change: give at least one field, such as --hold-time 30");
    }
    const client = new ApiClient(await resolveAccess(options), signal);
    const device = await withDevice(client, args.name, () =>
      client.patch(devicePath(args.name), DeviceAnswer, body),
    );
    if (options.json) return writeJson(stdout, device);
    return writeText(stdout, `changed device ${device.name} (id ${device.id})\n`);
  },
});

const removeCommand = defineCommand({
  name: "remove",
  summary: "Remove a device, its sessions and its routes",
  examples: ["netferry device remove core-r1"],
  arguments: nameArgument,
  options: { ...clientOptions },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    await withDevice(client, args.name, () => client.delete(devicePath(args.name)));
    await writeText(stdout, `removed device ${args.name}\n`);
  },
});

/** `netferry device`. */
export const deviceCommand: Command = defineCommandGroup({
  name: "device",
  summary: "Register, list, show, change and remove devices",
  description:
    "Devices are the routers whose BGP sessions ingest takes. These commands talk to the API of a running ingest.",
  commands: [addCommand, listCommand, showCommand, setCommand, removeCommand],
});
