import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { OperatorError, UsageError } from "../errors.ts";
import { BrokenPipeError } from "../output/broken-pipe.ts";
import { CapturedStream } from "../testing/captured-stream.ts";
import { type Run, run } from "../testing/run-program.ts";
import {
  type Command,
  defineCommand,
  defineCommandGroup,
  type ResolvedContext,
  withCommands,
} from "./command.ts";
import type { OptionTable } from "./spec.ts";

/** Runs a command with these options and hands back what it received. */
async function values(
  options: OptionTable,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<Run & { received: ResolvedContext | undefined }> {
  let received: ResolvedContext | undefined;
  const command = defineCommand({ name: "go", summary: "goes", options, run: () => {} });
  const spy: Command = {
    ...command,
    run: (context) => {
      received = context;
    },
  };
  return { ...(await run([spy], ["go", ...argv], { env })), received };
}

/** A command that fails with this error. */
function fail(name: string, error: unknown): Command {
  return defineCommand({ name, summary: "fails", run: () => Promise.reject(error) });
}

const TABLE = {
  target: { type: "string", description: "where to", default: "here" },
  multi: { type: "int", description: "how many", default: 10, min: 1, max: 64 },
  rate: { type: "float", description: "how fast", min: 0 },
  insecure: { type: "bool", description: "no TLS" },
  pretty: { type: "bool", description: "indent", default: true },
  listen: { type: "list", description: "where" },
  level: { type: "string", description: "level", choices: ["debug", "info"], default: "info" },
} satisfies OptionTable;

describe("option values", () => {
  it("are the defaults where nothing is given, and say so", async () => {
    const { received, code } = await values(TABLE, []);
    assert.equal(code, 0);
    assert.deepEqual(received?.options, {
      target: "here",
      multi: 10,
      rate: undefined,
      insecure: false,
      pretty: true,
      listen: [],
      level: "info",
    });
    assert.deepEqual(new Set(Object.values(received?.origins ?? {})), new Set(["default"]));
  });

  it("come after a space or an equals sign", async () => {
    const spaced = await values(TABLE, ["--target", "a b", "--multi", "3", "--rate", "-0"]);
    assert.deepEqual([spaced.received?.options["target"], spaced.received?.options["multi"]], ["a b", 3]);
    const joined = await values(TABLE, ["--target=a=b", "--multi=3", "--rate=1.5e3"]);
    assert.equal(joined.received?.options["target"], "a=b");
    assert.equal(joined.received?.options["rate"], 1500);
    assert.equal(joined.received?.origins["target"], "flag");
  });

  it("may begin with a dash after an equals sign, and numbers after a space too", async () => {
    assert.equal((await values(TABLE, ["--target=--x"])).received?.options["target"], "--x");
    const offset: OptionTable = { offset: { type: "int", description: "d" } };
    assert.equal((await values(offset, ["--offset", "-5"])).received?.options["offset"], -5);
  });

  it("may be given by a letter", async () => {
    const options: OptionTable = {
      multi: { type: "int", description: "d", short: "m" },
      json: { type: "bool", description: "d", short: "j" },
    };
    for (const argv of [["-m", "3", "-j"], ["-m3", "-j"], ["-m=3", "-j"], ["-jm3"], ["-jm", "3"]]) {
      const { received, stderr } = await values(options, argv);
      assert.equal(stderr, "");
      assert.deepEqual(received?.options, { multi: 3, json: true }, argv.join(" "));
    }
  });

  it("of a bool take every documented form", async () => {
    const forms: [string[], boolean][] = [
      [["--insecure"], true],
      [["--insecure=true"], true],
      [["--insecure=FALSE"], false],
      [["--insecure", "false"], false],
      [["--insecure", "true"], true],
      [["--no-insecure"], false],
      [["--insecure", "--no-insecure"], false],
    ];
    for (const [argv, expected] of forms) {
      const { received, stderr } = await values(TABLE, argv);
      assert.equal(stderr, "");
      assert.equal(received?.options["insecure"], expected, argv.join(" "));
    }
    assert.equal((await values(TABLE, ["--pretty=0"])).received?.options["pretty"], false);
  });

  it("of a list add up from repeated flags and commas", async () => {
    const { received } = await values(TABLE, ["--listen", "a, b", "--listen=c,,"]);
    assert.deepEqual(received?.options["listen"], ["a", "b", "c"]);
    const fromEnvironment = await values(TABLE, [], { NETFERRY_LISTEN: "x,y" });
    assert.deepEqual(fromEnvironment.received?.options["listen"], ["x", "y"]);
  });

  it("that are no lists: the last one counts", async () => {
    assert.equal((await values(TABLE, ["--multi=2", "--multi=3"])).received?.options["multi"], 3);
  });
});

describe("precedence", () => {
  const options: OptionTable = {
    email: { type: "string", description: "d", default: "d", env: ["KENTIK_API_EMAIL", "OLD_EMAIL"] },
  };
  const env = { NETFERRY_EMAIL: "n", KENTIK_API_EMAIL: "k", OLD_EMAIL: "o" };

  it("is flag, NETFERRY_, further variables in their order, default", async () => {
    const seen: unknown[] = [];
    const steps: [string[], Record<string, string>][] = [
      [["--email", "f"], env],
      [[], env],
      [[], { KENTIK_API_EMAIL: "k", OLD_EMAIL: "o" }],
      [[], { OLD_EMAIL: "o" }],
      [[], {}],
    ];
    for (const [argv, variables] of steps) {
      const { received } = await values(options, argv, variables);
      seen.push([received?.options["email"], received?.origins["email"]]);
    }
    assert.deepEqual(seen, [
      ["f", "flag"],
      ["n", "env NETFERRY_EMAIL"],
      ["k", "env KENTIK_API_EMAIL"],
      ["o", "env OLD_EMAIL"],
      ["d", "default"],
    ]);
  });

  it("treats an empty variable as not set", async () => {
    const { received } = await values(options, [], { NETFERRY_EMAIL: "", KENTIK_API_EMAIL: "k" });
    assert.equal(received?.options["email"], "k");
  });

  it("reads bools and numbers from the environment by the same rules", async () => {
    const good = await values(TABLE, [], { NETFERRY_INSECURE: "true", NETFERRY_MULTI: "7" });
    assert.deepEqual([good.received?.options["insecure"], good.received?.options["multi"]], [true, 7]);
    const bad = await values(TABLE, [], { NETFERRY_MULTI: "seven" });
    assert.match(
      bad.stderr,
      /NETFERRY_MULTI \(environment\): "seven" is refused: expected a whole number from 1 to 64/,
    );
    assert.equal(bad.code, 2);
  });
});

describe("a wrong value", () => {
  const cases: [string[], RegExp][] = [
    [["--multi=0"], /--multi: "0" is refused: expected a whole number from 1 to 64/],
    [["--multi=1.5"], /--multi: "1\.5" is refused/],
    [["--multi=99999999999999999999"], /refused/],
    [["--multi="], /--multi: "" is refused/],
    [["--rate=-1"], /--rate: "-1" is refused: expected a number of 0 or more/],
    [["--rate=Infinity"], /refused/],
    [["--insecure=maybe"], /--insecure: "maybe" is refused: expected true or false/],
    [["--target="], /--target: "" is refused: expected a value/],
    [["--level=debgu"], /expected one of debug, info; did you mean debug\?/],
    [["--target"], /--target needs a value: --target VALUE/],
    [["--target", "--multi", "3"], /--target needs a value, but another flag follows it/],
    [["surplus"], /"surplus" is one argument too many/],
    [["--multi=\u001b[2J"], /"\\u001b\[2J" is refused/],
  ];
  for (const [argv, pattern] of cases) {
    it(`is one line on stderr and exit code 2: ${JSON.stringify(argv)}`, async () => {
      const { code, stdout, stderr, received } = await values(TABLE, argv);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^ferry: go: [^\n]*; see 'ferry go --help'\n$/);
      assert.match(stderr, pattern);
      assert.equal(received, undefined);
    });
  }

  it("shows no more of itself than fits a line", async () => {
    const { stderr } = await values(TABLE, [`--multi=${"9".repeat(10_000)}`]);
    assert.ok(stderr.length < 300, stderr);
  });
});

describe("checks", () => {
  it("replace the value, on defaults and list items too", async () => {
    const options: OptionTable = {
      at: { type: "string", description: "d", default: "x:1", check: (value) => value.split(":") },
      each: { type: "list", description: "d", check: (value) => value.length },
      even: {
        type: "int",
        description: "d",
        default: 4,
        check: z.number().multipleOf(2, "expected an even number"),
      },
    };
    const { received } = await values(options, ["--each=a,bbb"]);
    assert.deepEqual(received?.options, { at: ["x", "1"], each: [1, 3], even: 4 });
    const { stderr } = await values(options, ["--even=3"]);
    assert.match(stderr, /--even: "3" is refused: expected an even number/);
  });

  it("refuse with their own message", async () => {
    const options: OptionTable = {
      listen: {
        type: "list",
        description: "d",
        check: (value) => {
          throw new Error(`expected ADDR:PORT, not ${value.length} letters`);
        },
      },
    };
    const { stderr, code } = await values(options, ["--listen=abc"]);
    assert.equal(code, 2);
    assert.match(stderr, /--listen: "abc" is refused: expected ADDR:PORT, not 3 letters/);
  });
});

describe("settings", () => {
  const options: OptionTable = {
    ...TABLE,
    email: { type: "string", description: "d", env: ["KENTIK_API_EMAIL"] },
    token: { type: "string", description: "d", secret: true },
    asn: { type: "int", description: "d", defaultText: "the device's own" },
  };

  it("tell each value and where it came from, and of a secret only that it is set", async () => {
    const env = { KENTIK_API_EMAIL: "a@example.net", NETFERRY_TOKEN: "s3cret", NETFERRY_LISTEN: "a,b" };
    const { received } = await values(options, ["--multi", "3", "--insecure"], env);
    assert.deepEqual(received?.settings, {
      target: "here (default)",
      multi: "3 (--multi)",
      insecure: "true (--insecure)",
      pretty: "true (default)",
      listen: "a,b (NETFERRY_LISTEN)",
      level: "info (default)",
      email: "a@example.net (KENTIK_API_EMAIL)",
      token: "set (NETFERRY_TOKEN)",
      asn: "the device's own (default)",
    });
  });
});

describe("required options", () => {
  const options: OptionTable = {
    email: { type: "string", description: "d", required: true, env: ["KENTIK_API_EMAIL"] },
    token: { type: "string", description: "d", required: true, secret: true },
    peers: { type: "list", description: "d", required: true, placeholder: "ADDR" },
  };

  it("are all named at once, with every way to give them", async () => {
    const { stderr, code } = await values(options, []);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /--email is missing: give --email EMAIL, or set NETFERRY_EMAIL or KENTIK_API_EMAIL; --token/,
    );
    assert.match(stderr, /--peers is missing: give --peers ADDR/);
  });

  it("may come from the environment, but a list of nothing does not do", async () => {
    const env = { KENTIK_API_EMAIL: "a", NETFERRY_TOKEN: "b", NETFERRY_PEERS: "c" };
    assert.equal((await values(options, [], env)).code, 0);
    assert.match((await values(options, ["--peers=,"], env)).stderr, /--peers is missing/);
  });
});

describe("secrets", () => {
  const SECRET = 's3cr"et/value';
  const options: OptionTable = {
    token: {
      type: "string",
      description: "d",
      secret: true,
      check: (value) => {
        throw new Error(`"${value}" (${JSON.stringify(value)}) is too short`);
      },
    },
    pin: { type: "int", description: "d", secret: true, min: 1000 },
    kind: { type: "string", description: "d", secret: true, choices: ["alpha"] },
  };

  it("are not in errors, wherever they come from", async () => {
    const attempts = [
      await values(options, ["--token", SECRET]),
      await values(options, [], { NETFERRY_TOKEN: SECRET }),
      await values(options, ["--token=", SECRET]),
    ];
    for (const { stderr, stdout, code } of attempts) {
      assert.equal(code, 2);
      assert.ok(!`${stderr}${stdout}`.includes("s3cr"), stderr);
      assert.match(stderr, /not shown/);
    }
    assert.ok(!(await values(options, ["--pin", "777"])).stderr.includes("777"));
    assert.doesNotMatch((await values(options, ["--kind", "alphq"])).stderr, /alphq|did you mean/);
  });

  it("are not in help, even if the environment has one", async () => {
    const { stdout, code } = await values(options, ["--help"], { NETFERRY_TOKEN: SECRET });
    assert.equal(code, 0);
    assert.match(stdout, /NETFERRY_TOKEN/);
    assert.ok(!stdout.includes("s3cr"));
  });
});

describe("commands", () => {
  const seen: unknown[] = [];
  const add = defineCommand({
    name: "add",
    summary: "Adds a device",
    arguments: {
      name: { description: "Its name" },
      address: { description: "d", optional: true, variadic: true },
    },
    options: { asn: { type: "int", description: "ASN" } },
    run: ({ args, options }) => {
      seen.push([args.name, args.address, options.asn]);
    },
  });
  const device = defineCommandGroup({ name: "device", summary: "Devices", commands: [add] });
  const commands = [device, defineCommand({ name: "seven", summary: "seven", run: () => 7 })];

  it("are found below one another, with positional arguments between flags", async () => {
    const { code, stderr } = await run(commands, ["device", "add", "r1", "--asn=65001", "a", "b"]);
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.deepEqual(seen.at(-1), ["r1", ["a", "b"], 65_001]);
  });

  it("take what follows -- as it stands", async () => {
    await run(commands, ["device", "add", "--", "--asn"]);
    assert.deepEqual(seen.at(-1), ["--asn", [], undefined]);
  });

  it("do not take a word for the value of a bool where it may be an argument", async () => {
    const got: unknown[] = [];
    const command = defineCommand({
      name: "show",
      summary: "s",
      arguments: { what: { description: "d" } },
      options: { json: { type: "bool", description: "d" } },
      run: ({ args, options }) => {
        got.push(args.what, options.json);
      },
    });
    await run([command], ["show", "--json", "true"]);
    assert.deepEqual(got, ["true", true]);
  });

  it("return their exit code", async () => {
    assert.equal((await run(commands, ["seven"])).code, 7);
  });

  it("without their arguments say what is missing", async () => {
    const { code, stderr } = await run(commands, ["device", "add"]);
    assert.equal(code, 2);
    assert.equal(stderr, "ferry: device add: NAME is missing: Its name; see 'ferry device add --help'\n");
  });

  it("that do not exist are answered with the nearest", async () => {
    for (const [argv, expected] of [
      [["devcie"], `unknown command "devcie"; did you mean device?; see 'ferry --help'`],
      [["device", "ad"], `unknown command "device ad"; did you mean add?; see 'ferry device --help'`],
      [["xyzzy"], `unknown command "xyzzy"; see 'ferry --help'`],
      [["constructor"], `unknown command "constructor"; see 'ferry --help'`],
    ] as const) {
      const { code, stderr } = await run(commands, argv);
      assert.equal(code, 2);
      assert.equal(stderr, `ferry: ${expected}\n`);
    }
  });

  it("answer unknown flags with the nearest", async () => {
    for (const [flag, hint] of [
      ["--asm", "; did you mean --asn?"],
      ["--as", "; did you mean --asn?"],
      ["--asn-number=3", "; did you mean --asn?"],
      ["--hlep", "; did you mean --help?"],
      ["--zzz", ""],
      ["-x", ""],
      ["--constructor", ""],
      ["--__proto__=1", ""],
    ] as const) {
      const { code, stderr } = await run(commands, ["device", "add", "r1", flag]);
      const shown = flag.split("=")[0] ?? "";
      assert.equal(code, 2);
      assert.equal(
        stderr,
        `ferry: device add: unknown flag ${shown}${hint}; see 'ferry device add --help'\n`,
      );
    }
  });

  it("that fail give one line and exit code 1; a wrong use found late gives 2", async () => {
    const failing = [
      fail("operator", new OperatorError("cannot do it; try harder", { cause: new Error("the cause") })),
      fail("usage", new UsageError("--a needs --b")),
      fail("defect", new TypeError("x is undefined")),
      fail(
        "system",
        Object.assign(new Error("connect ECONNREFUSED"), { syscall: "connect", code: "ECONNREFUSED" }),
      ),
    ];
    const operator = await run(failing, ["operator"]);
    assert.deepEqual([operator.code, operator.stderr], [1, "ferry: cannot do it; try harder: the cause\n"]);
    const usage = await run(failing, ["usage"]);
    assert.deepEqual(
      [usage.code, usage.stderr],
      [2, "ferry: usage: --a needs --b; see 'ferry usage --help'\n"],
    );
    const defect = await run(failing, ["defect"]);
    assert.equal(defect.code, 1);
    assert.match(defect.stderr, /^ferry: x is undefined \(TypeError at .*program\.test\.ts:\d+:\d+\)?\)\n$/);
    const system = await run(failing, ["system"]);
    assert.equal(system.stderr, "ferry: connect ECONNREFUSED\n");
  });

  it("end quietly when the reader of their output is gone", async () => {
    const { code, stderr } = await run([fail("cut", new BrokenPipeError("gone"))], ["cut"]);
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("are told by their signal that the reader is gone", async () => {
    const stdout = new CapturedStream();
    const waiting = defineCommand({
      name: "wait",
      summary: "waits",
      run: async ({ signal }) => {
        await new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
          stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
        });
      },
    });
    assert.equal((await run([waiting], ["wait"], { stdout })).code, 0);
  });

  it("go on when their output can't be written for another reason, such as a full disk", async () => {
    const stdout = new CapturedStream();
    let aborted: boolean | undefined;
    const daemon = defineCommand({
      name: "daemon",
      summary: "runs",
      run: async ({ signal }) => {
        stdout.emit("error", Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" }));
        await new Promise(setImmediate);
        aborted = signal.aborted;
      },
    });
    assert.equal((await run([daemon], ["daemon"], { stdout })).code, 0);
    assert.equal(aborted, false);
  });

  it("go on as daemons when their reader is gone, and when nobody hears their errors", async () => {
    const [stdout, stderr] = [new CapturedStream(), new CapturedStream()];
    let aborted: boolean | undefined;
    const daemon = defineCommand({
      name: "daemon",
      summary: "runs",
      daemon: true,
      run: async ({ signal }) => {
        for (const stream of [stdout, stderr]) {
          stream.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
        }
        await new Promise(setImmediate);
        aborted = signal.aborted;
      },
    });
    assert.equal((await run([daemon], ["daemon"], { stdout, stderr })).code, 0);
    assert.equal(aborted, false);
  });
});

describe("a command that runs and holds others", () => {
  const ran: string[] = [];
  const named = (name: string, options: OptionTable = {}): Command =>
    defineCommand({ name, summary: `Does ${name}`, options, run: () => void ran.push(name) });
  const agent = withCommands(named("agent", { multi: { type: "int", description: "d" } }), [named("check")]);

  it("runs alone and with flags, and gives way to the other's name", async () => {
    for (const argv of [["agent"], ["agent", "--multi", "3"], ["agent", "check"]]) {
      assert.equal((await run([agent], argv)).code, 0);
    }
    assert.deepEqual(ran, ["agent", "agent", "check"]);
    const { code, stderr } = await run([agent], ["agent", "chekc"]);
    assert.equal(code, 2);
    assert.match(stderr, /unknown command "agent chekc"; did you mean check\?/);
  });

  it("shows both in its help", async () => {
    const { stdout } = await run([agent], ["agent", "--help"]);
    assert.match(stdout, /^Usage: ferry agent \[COMMAND\] \[options\]\n/);
    assert.match(stdout, /\nCommands:\n {2}check {2}Does check\n/);
    assert.match(stdout, /--multi N/);
  });

  it("cannot take arguments", () => {
    const takes = defineCommand({
      name: "x",
      summary: "d",
      arguments: { name: { description: "d" } },
      run: () => {},
    });
    assert.throws(() => withCommands(takes, [agent]), /could not be told from its commands/);
  });
});
