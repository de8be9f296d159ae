import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineCommand, defineCommandGroup, withCommands } from "./command.ts";
import { renderManPages } from "./man.ts";
import { optionGroup } from "./spec.ts";

const access = optionGroup("Access", {
  api: { type: "string", description: "Where it is", placeholder: "URL" },
  token: { type: "string", description: "The token", secret: true, env: ["KENTIK_API_TOKEN"] },
});
const own = optionGroup("Own", {
  multi: { type: "int", description: "Sessions", default: 10, min: 1, max: 64, short: "m" },
  level: { type: "list", description: "Level. Of logs", choices: ["a", "b"], default: ["a", "b"] },
});
const json = { type: "bool", env: false, description: "JSON" } as const;

const agent = withCommands(
  defineCommand({
    name: "agent",
    summary: "Relays sessions",
    description: "It holds no routes.\n\nSee 'netferry device'.",
    examples: [{ command: "netferry agent --token .x", text: "Simplest" }],
    options: own,
    daemon: true,
    manual: {
      signals: [{ name: "SIGTERM", text: "Ends it." }],
      environment: [{ name: "NOTIFY_SOCKET", text: "Of systemd." }],
      files: [{ name: "/etc/default/x.env", text: "Variables." }],
      exitStatus: [{ name: "143", text: "Ended twice." }],
      seeAlso: ["systemd.exec(5)"],
    },
    run: () => {},
  }),
  [
    defineCommand({ name: "check", summary: "Checks", options: { json, ...own }, run: () => {} }),
    defineCommand({ name: "list", summary: "Lists", options: { json, ...access }, run: () => {} }),
    defineCommand({ name: "show", summary: "Shows", options: { json, ...access }, run: () => {} }),
  ],
);
const add = defineCommand({
  name: "add",
  summary: "Adds a device.",
  arguments: {
    name: { description: "Its name" },
    more: { description: "More", optional: true, variadic: true },
  },
  run: () => {},
});
const device = defineCommandGroup({ name: "device", summary: "Devices", commands: [add] });

const pages = new Map(
  renderManPages({
    name: "netferry",
    version: "1.2.3",
    date: "2026-01-31",
    summary: "Carries BGP",
    commands: [agent, device],
  }).map(({ file, text }) => [file, text]),
);

function pageOf(file: string): string {
  const text = pages.get(file);
  assert.ok(text !== undefined, file);
  return text;
}

/** The part of a page below a heading, up to the next of its kind. */
function part(text: string, heading: string): string {
  const level = heading.slice(0, 3);
  const found = text
    .split(new RegExp(`^(?=\\${level} )`, "m"))
    .find((each) => each.startsWith(`${heading}\n`));
  assert.ok(found !== undefined, `${heading}\n---\n${text}`);
  return found.split(/^\.SH /m)[level === ".SH" ? 1 : 0] ?? "";
}

describe("manual pages", () => {
  it("are one of the program and one of each command, daemons in section 8", () => {
    assert.deepEqual(
      [...pages.keys()],
      ["man1/netferry.1", "man8/netferry-agent.8", "man1/netferry-device.1"],
    );
    assert.match(
      pageOf("man8/netferry-agent.8"),
      /^\.TH NETFERRY\\-AGENT 8 2026-01-31 "Netferry 1\.2\.3" "System Administration"$/m,
    );
    assert.match(pageOf("man1/netferry-device.1"), /^\.TH NETFERRY\\-DEVICE 1 .* "User Commands"$/m);
  });

  it("say how each command is called", () => {
    assert.match(
      part(pageOf("man8/netferry-agent.8"), ".SH SYNOPSIS"),
      /^\\fBnetferry agent check\\fR \[\\fIoptions\\fR\]$/m,
    );
    assert.equal(
      part(pageOf("man1/netferry-device.1"), ".SH SYNOPSIS"),
      "SYNOPSIS\n\\fBnetferry device add\\fR \\fINAME\\fR [\\fIMORE\\fR...] [\\fIoptions\\fR]\n",
    );
  });

  it("have every option with its value, default and variables", () => {
    const options = part(pageOf("man8/netferry-agent.8"), ".SH OPTIONS");
    for (const entry of [
      "\\fB\\-m\\fR, \\fB\\-\\-multi\\fR \\fIN\\fR\nSessions.\n.br\nA whole number from 1 to 64; default: 10\n.br\nEnvironment: \\fBNETFERRY_MULTI\\fR\n",
      "\\fB\\-\\-level\\fR \\fILEVEL\\fR\nLevel.\nOf logs.\n.br\nRepeatable, or with commas; one of a, b; default: a,b\n.br\nEnvironment: \\fBNETFERRY_LEVEL\\fR\n",
      "\\fB\\-h\\fR, \\fB\\-\\-help\\fR\n",
    ]) {
      assert.ok(options.includes(`.TP\n${entry}`), `${entry}\n---\n${options}`);
    }
  });

  it("tell options of several commands once", () => {
    const page = pageOf("man8/netferry-agent.8");
    assert.equal(page.split("\\fB\\-\\-multi\\fR").length - 1, 1);
    assert.equal(page.split("\\fB\\-\\-api\\fR").length - 1, 1);
    assert.match(
      part(page, '.SS "netferry agent check"'),
      /\\-\\-json[^]*Other options: those of \\fBnetferry agent\\fR, above\./,
    );
    assert.match(part(page, '.SS "netferry agent list"'), /\\-\\-json[^]*Other options: Access, below\./);
    const common = part(page, '.SH "COMMON OPTIONS"');
    assert.match(common, /^\.SS Access\nOf \\fBnetferry agent list\\fR and \\fBnetferry agent show\\fR\.$/m);
    assert.match(
      common,
      /\\-\\-token\\fR \\fITOKEN\\fR\nThe token\.\n\.br\nEnvironment: \\fBNETFERRY_TOKEN\\fR, \\fBKENTIK_API_TOKEN\\fR$/m,
    );
  });

  it("have what stands beside the command", () => {
    const page = pageOf("man8/netferry-agent.8");
    assert.equal(part(page, ".SH SIGNALS"), "SIGNALS\n.TP\n\\fBSIGTERM\\fR\nEnds it.\n");
    assert.match(part(page, ".SH ENVIRONMENT"), /\.TP\n\\fBNOTIFY_SOCKET\\fR\nOf systemd\.\n$/);
    assert.match(part(page, ".SH FILES"), /\\fB\/etc\/default\/x\.env\\fR\nVariables\.\n$/);
    assert.match(part(page, '.SH "EXIT STATUS"'), /\\fB2\\fR\n[^]*\\fB143\\fR\nEnded twice\.\n$/);
    assert.match(
      part(page, '.SH "SEE ALSO"'),
      /\\fBnetferry\\-device\\fR\(1\),\n\\fBsystemd\.exec\\fR\(5\)\n$/,
    );
  });

  it("have descriptions and examples", () => {
    const page = pageOf("man8/netferry-agent.8");
    assert.equal(
      part(page, ".SH DESCRIPTION"),
      "DESCRIPTION\nIt holds no routes.\n.PP\nSee \\fBnetferry device\\fR.\n",
    );
    assert.match(
      part(page, ".SH EXAMPLES"),
      /^Simplest:\n\.PP\n\.RS 4\n\.EX\nnetferry agent \\-\\-token \.x\n\.EE$/m,
    );
  });

  it("leave out what a command does not have", () => {
    assert.doesNotMatch(pageOf("man1/netferry-device.1"), /SIGNALS|FILES|ENVIRONMENT|COMMON|EXAMPLES/);
  });

  it("list all commands on the program's page", () => {
    const page = pageOf("man1/netferry.1");
    assert.match(part(page, ".SH NAME"), /^netferry \\- Carries BGP$/m);
    assert.match(
      part(page, ".SH COMMANDS"),
      /\\fBnetferry agent\\fR\nRelays sessions\.\nSee netferry\\-agent\(8\)\.$/m,
    );
  });
});
