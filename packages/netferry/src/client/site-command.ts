import { defineCommand, defineCommandGroup, writeText } from "@netferry/service/command-line";
import type { Command } from "@netferry/service/command-line";
import { SiteAnswer, SitesAnswer } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { clientOptions } from "./client-options.ts";
import { resolveAccess } from "./credentials.ts";
import { terminalColumns } from "./terminal.ts";
import { renderTable } from "./text-table.ts";
import type { Column } from "./text-table.ts";

const COLUMNS: readonly Column<SiteAnswer>[] = [
  { title: "ID", value: (site) => String(site.id), right: true },
  { title: "NAME", value: (site) => site.name },
  { title: "DEVICES", value: (site) => String(site.devices), right: true },
];

const addCommand = defineCommand({
  name: "add",
  summary: "Add a site",
  examples: ["netferry site add ams"],
  arguments: { name: { description: "Name for it: up to 64 letters, digits and . _ : -, not digits alone" } },
  options: { json: { type: "bool", description: "JSON instead of text" }, ...clientOptions },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    const site = await client.post("/sites", SiteAnswer, { name: args.name });
    const text = options.json
      ? JSON.stringify(site, undefined, 2)
      : `added site ${site.name} (id ${site.id}); its agents take --site-id ${site.id}`;
    await writeText(stdout, `${text}\n`);
  },
});

const listCommand = defineCommand({
  name: "list",
  summary: "List sites",
  options: {
    json: { type: "bool", description: "One JSON object a line instead of a table" },
    ...clientOptions,
  },
  async run({ options, stdout, stderr, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    const { sites } = await client.get("/sites", SitesAnswer);
    if (options.json) return writeText(stdout, sites.map((site) => `${JSON.stringify(site)}\n`).join(""));
    if (sites.length > 0) return writeText(stdout, renderTable(COLUMNS, sites, terminalColumns(stdout)));
    stderr.write("no sites; 'netferry site add' adds one\n");
  },
});

const removeCommand = defineCommand({
  name: "remove",
  summary: "Remove a site without devices",
  arguments: { name: { description: "Name or id of the site" } },
  options: { ...clientOptions },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    await client.delete(`/sites/${encodeURIComponent(args.name)}`);
    await writeText(stdout, `removed site ${args.name}\n`);
  },
});

/** `netferry site`. */
export const siteCommand: Command = defineCommandGroup({
  name: "site",
  summary: "Add, list and remove sites",
  description:
    "A site scopes the addresses of devices: two sites may hold devices with the same address. An agent looks devices up in the site that its --site-id names.",
  commands: [addCommand, listCommand, removeCommand],
});
