/** The completion scripts in the shells that they are for. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { completionPlaces, loadCommand, type PlaceOffer } from "@netferry/service/command-line";
import { commands } from "../../packages/netferry/src/commands.ts";
import {
  bashDriver,
  fishDriver,
  output,
  placeScript,
  printScripts,
  type ShellDriver,
  zshDriver,
} from "./lib/shells.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
const FILES = ["dir.d", "file.gz", "two words.mrt"];

/** Lines, and what is offered behind them. */
const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["netferry ", commands.map(({ name }) => name)],
  ["netferry de", ["device", "decode", "demo"]],
  ["netferry nothing", []],
  ["netferry agent ", ["check", "list", "show", "logs", "metrics"]],
  ["netferry device s", ["show", "set"]],
  ["netferry --", ["--help", "--version"]],
  // A command stands before flags.
  ["netferry agent --insecure ch", []],
  ["netferry agent --l", ["--listen", "--log-level", "--log-export-url"]],
  ["netferry agent --target host:443 --reg", ["--region"]],
  ["netferry agent check --log-level ", LEVELS],
  ["netferry agent --log-level=d", ["debug"]],
  ["netferry agent --region ", ["iad1", "fra1"]],
  ["netferry decode --format=", ["table", "json", "exabgp", "exabgp4", "bgpdump", "wire"]],
  ["netferry decode --families ipv4-v", ["ipv4-vpn", "ipv4-vpn-flowspec"]],
  ["netferry decode --families ipv6-vpn,l2vpn-e", ["l2vpn-evpn"]],
  ["netferry decode --families=ipv6-vpn,l2vpn-e", ["l2vpn-evpn"]],
  ["netferry device set r1 --unset s", ["site"]],
  ["netferry decode ", FILES],
  ["netferry decode --wire file.gz t", ["two words.mrt"]],
  ["netferry agent check --ca fi", ["file.gz"]],
  ["netferry agent --credentials=fi", ["file.gz"]],
  ["netferry ingest --data-dir ", ["dir.d"]],
  ["netferry ingest --data-dir=d", ["dir.d"]],
  // Secrets, and what only a running ingest knows.
  ["netferry agent --token ", []],
  ["netferry agent --token=", []],
  ["netferry agent --https-proxy ", []],
  ["netferry device show ", []],
  ["netferry routes --device ", []],
];

/** Values of lists and of flags with an equals sign are offered with what stands before them, or without, by taste. */
function bare(word: string): string {
  return word
    .replace(/^--[^=]*=/, "")
    .replace(/^.*,/, "")
    .replace(/\/$/, "")
    .replaceAll("\\", "");
}

describe("completion", () => {
  let scratch: string;
  let directory: string;
  let places: readonly PlaceOffer[];

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), "netferry-completion-"));
    directory = join(scratch, "files");
    mkdirSync(join(directory, "dir.d"), { recursive: true });
    for (const name of ["file.gz", "two words.mrt"]) writeFileSync(join(directory, name), "");
    printScripts(scratch);
    places = completionPlaces(await Promise.all(commands.map(loadCommand)));
  });

  after(() => rmSync(scratch, { recursive: true }));

  for (const make of [bashDriver, zshDriver, fishDriver]) {
    describe(make.name.replace("Driver", ""), () => {
      let shell: ShellDriver;

      before(() => {
        shell = make(scratch);
      });

      it("offers commands, flags, values and files", () => {
        const found = shell.offers(
          CASES.map(([line]) => line),
          directory,
        );
        assert.deepEqual(
          found.map((offered, index) => [
            CASES[index]?.[0],
            [...new Set(offered.map(({ word }) => bare(word)))].toSorted(),
          ]),
          CASES.map(([line, offered]) => [line, offered.toSorted()]),
        );
      });

      it("offers every command and every flag of each", () => {
        const lines = places.map(({ path }) => ["netferry", ...path, "--"].join(" "));
        const found = shell.offers(lines, directory);
        assert.deepEqual(
          found.map((offered, index) => [lines[index], offered.map(({ word }) => word).toSorted()]),
          places.map(({ flags }, index) => [lines[index], flags.map(({ flag }) => `--${flag}`).toSorted()]),
        );
      });
    });
  }

  it("tells what commands and flags are for, in zsh and fish", () => {
    for (const shell of [zshDriver(scratch), fishDriver(scratch)]) {
      const [named, flagged] = shell.offers(["netferry enc", "netferry ingest --discard"], directory);
      assert.match(
        named?.[0]?.description ?? "",
        /Make BGP messages of JSON lines or ExaBGP's commands$/,
        shell.name,
      );
      assert.match(
        flagged?.[0]?.description ?? "",
        /Forget the devices' MD5 keys: for a secret key file that was lost$/,
        shell.name,
      );
    }
  });

  it("completes what is typed into bash, across its = and :", () => {
    const script = placeScript(scratch, "bash", join(scratch, "typed"), "netferry");
    const typed = [
      "netferry decode --format=exabgp4\t --fam\t ipv6-vpn,l2vpn-ev\t,x fi\t two\t",
      "netferry age\t che\t --target [2001:db8::1]:443 --log-level=de\t --ca=fi\t",
    ];
    const record = join(scratch, "typed", "record");
    const rc = join(scratch, "typed", "rc");
    writeFileSync(
      rc,
      `PS1=\nsource ${script}\nnetferry() { printf '<%s>' "$@" >>${record}; echo >>${record}; }\n`,
    );
    output("script", ["-qec", `bash --noprofile --rcfile ${rc} -i`, "/dev/null"], {
      cwd: directory,
      input: `${typed.join("\n")}\nexit\n`,
    });
    assert.deepEqual(readFileSync(record, "utf8").trim().split("\n"), [
      "<decode><--format=exabgp4><--families><ipv6-vpn,l2vpn-evpn,x><file.gz><two words.mrt>",
      "<agent><check><--target><[2001:db8::1]:443><--log-level=debug><--ca=file.gz>",
    ]);
  });

  it("is found where the package bash-completion looks for it", () => {
    const home = join(scratch, "data");
    placeScript(scratch, "bash", join(home, "bash-completion", "completions"), "netferry");
    const loaded = output(
      "bash",
      [
        "--norc",
        "--noprofile",
        "-c",
        "source /usr/share/bash-completion/bash_completion; _completion_loader netferry; complete -p netferry",
      ],
      { env: { XDG_DATA_HOME: home } },
    );
    assert.equal(loaded, "complete -F _netferry netferry\n");
  });

  it("works in zsh and fish where its script is sourced", () => {
    const zsh = placeScript(scratch, "zsh", join(scratch, "sourced"), "zsh");
    const registered = output("zsh", [
      "-f",
      "-c",
      `autoload -Uz compinit; compinit -D -u; source ${zsh}; print $_comps[netferry]`,
    ]);
    assert.equal(registered, "_netferry\n");
    const fish = placeScript(scratch, "fish", join(scratch, "sourced"), "fish");
    const offered = output("fish", ["--no-config", "-c", `source ${fish}; complete -C 'netferry enc'`]);
    assert.match(offered, /^encode\t/);
  });
});
