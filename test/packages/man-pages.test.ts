/** The manual pages as the programs take them that people read them with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Command, environmentNames, loadCommand } from "@netferry/service/command-line";
import { commands } from "../../packages/netferry/src/commands.ts";
import { writeManPages } from "../../scripts/man-pages.ts";

const COLUMNS = 80;

interface Output {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[]): Output {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", MANWIDTH: String(COLUMNS), MANPAGER: "cat" },
  });
  if (error !== undefined) throw new Error(`${program}: run scripts/install-packaging.sh`, { cause: error });
  return { status, stdout, stderr };
}

describe("manual pages", () => {
  let directory: string;
  let files: readonly string[];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "netferry-man-"));
    files = (await writeManPages(directory, "0.1.0", "2026-01-31")).map((file) => join(directory, file));
  });

  after(() => rm(directory, { recursive: true }));

  it("are one for each command and one for all", () => {
    assert.equal(files.length, commands.length + 1);
  });

  it("give mandoc nothing to remark", () => {
    const { status, stdout, stderr } = run("mandoc", ["-T", "lint", ...files]);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
  });

  it("give groff nothing to warn of", () => {
    for (const file of files) {
      const { status, stdout, stderr } = run("groff", ["-man", "-Tutf8", "-ww", "-z", file]);
      assert.deepEqual({ file, status, stdout, stderr }, { file, status: 0, stdout: "", stderr: "" });
    }
  });

  it("are found by man, which has no warnings, in lines of at most 80 columns", () => {
    for (const command of ["netferry", ...commands.map(({ name }) => `netferry-${name}`)]) {
      const { status, stdout, stderr } = run("man", ["--warnings=w", "-M", directory, command]);
      assert.deepEqual({ command, status, stderr }, { command, status: 0, stderr: "" });
      assert.match(stdout, new RegExp(`^NAME\\n +${command} - `, "m"));
      const long = stdout.split("\n").filter((line) => line.length > COLUMNS);
      assert.deepEqual({ command, long }, { command, long: [] });
    }
  });

  it("have a line for apropos", () => {
    const { status, stdout } = run("lexgrog", files);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /: "netferry-routes - Ask for routes of a device"$/m);
  });

  it("show every flag as it is typed, with its variables", async () => {
    for (const entry of commands) {
      const { stdout } = run("man", ["-M", directory, `netferry-${entry.name}`]);
      for (const [flag, names] of flagsOf(await loadCommand(entry))) {
        const found = new RegExp(`^ +(?:-\\w, )?--${flag}(?: |$)`, "m").test(stdout);
        assert.ok(found, `netferry-${entry.name}: --${flag}`);
        for (const name of names) assert.match(stdout, new RegExp(`Environment: [^]*?\\b${name}\\b`));
      }
    }
  });
});

/** The flags of a command and of those behind it, with their variables. */
function flagsOf(command: Command): [string, string[]][] {
  return [
    ...Object.entries(command.options).map(([flag, spec]): [string, string[]] => [
      flag,
      environmentNames(flag, spec),
    ]),
    ...command.commands.flatMap(flagsOf),
  ];
}
