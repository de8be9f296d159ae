import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import {
  type DownReason,
  downReasonText,
  IPV4_UNICAST,
  IPV6_UNICAST,
  type SessionConfig,
} from "@netferry/bgp";
import { runProgram, systemClock } from "@netferry/service";
import { BgpSpeaker, RouteCollector } from "@netferry/testkit";
import { simulateCommand } from "./command.ts";

class Captured extends Writable {
  readonly isTTY: boolean;
  readonly columns = 100;
  readonly rows = 30;
  text = "";

  constructor(isTTY = false) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function simulate(
  words: string,
  more: { readonly signal?: AbortSignal; readonly terminal?: boolean } = {},
): Promise<Result> {
  const [stdout, stderr] = [new Captured(more.terminal), new Captured(more.terminal)];
  const argv = ["simulate", ...words.split(" ")];
  const signal = more.signal === undefined ? {} : { signal: more.signal };
  const program = {
    name: "netferry",
    version: "0",
    commands: [simulateCommand],
    argv,
    env: {},
    stdout,
    stderr,
  };
  const code = await runProgram({ ...program, ...signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

const SESSION: SessionConfig = {
  localAsn: 65001,
  localIdentifier: 0x0909_0909,
  holdTime: 90,
  passive: true,
  families: [IPV4_UNICAST, IPV6_UNICAST],
};

/** A server that takes any number of sessions and remembers their routes. */
class Sink implements AsyncDisposable {
  readonly collectors = new Map<BgpSpeaker, RouteCollector>();
  readonly remotes: string[] = [];
  readonly downs: DownReason[] = [];
  readonly #server: Server;
  readonly #ready: Promise<number>;
  readonly #established: (() => void)[] = [];

  constructor(session: Partial<SessionConfig> = {}) {
    this.#server = createServer((socket) => {
      const speaker = new BgpSpeaker({
        session: { ...SESSION, ...session },
        clock: systemClock,
        random: Math.random,
        listener: {
          established: (each, context) => {
            this.collectors.set(each, new RouteCollector(context));
            this.remotes.push(each.connection?.remote.split(":")[0] ?? "");
            for (const tell of this.#established.splice(0)) tell();
          },
          update: (each, message) => this.collectors.get(each)?.apply(message),
          down: (_each, reason) => this.downs.push(reason),
        },
      });
      speaker.start();
      speaker.accept(socket);
    });
    this.#ready = new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        if (address !== null && typeof address === "object") resolve(address.port);
      });
    });
  }

  async target(): Promise<string> {
    return `127.0.0.1:${await this.#ready}`;
  }

  async nextEstablished(): Promise<void> {
    return new Promise((resolve) => {
      this.#established.push(resolve);
    });
  }

  /** Routes of each session, most recent last. */
  get routes(): number[] {
    return [...this.collectors.values()].map(({ routes }) => routes.size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.collectors.keys()].map(async (speaker) => speaker.stop()));
    this.#server.close();
  }
}

describe("netferry simulate --once", () => {
  it("sends everything, waits until it is taken, and says goodbye", async () => {
    await using sink = new Sink();
    const connect = await sink.target();
    const { code, stdout, stderr } = await simulate(
      `--connect ${connect} --asn 65001 --local-address 127.0.3.1 --sessions 3 --count 2000 --count-v6 500 --once --json`,
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(sink.routes, [2500, 2500, 2500]);
    assert.deepEqual(sink.remotes.sort(), ["127.0.3.1", "127.0.3.2", "127.0.3.3"]);
    const summary: unknown = JSON.parse(stdout);
    assert.ok(typeof summary === "object" && summary !== null);
    const { sessions, established, synced, routes, routesSent, downs } = Object.assign(
      { sessions: 0, established: 0, synced: 0, routes: 0, routesSent: 0, downs: {} },
      summary,
    );
    assert.deepEqual([sessions, established, synced, routes, routesSent], [3, 3, 3, 7500, 7500]);
    assert.deepEqual(downs, {});
    assert.match(
      stderr,
      /^3 sessions established in .*\nsent 7,500 routes \(.*\) in 3 sessions, .* routes\/s\n$/,
    );
    for (const collector of sink.collectors.values()) {
      assert.deepEqual(collector.problems, []);
      assert.deepEqual(collector.endsOfRib, [IPV4_UNICAST, IPV6_UNICAST]);
    }
    assert.deepEqual(
      new Set(sink.downs.map(downReasonText)),
      new Set(["peer sent NOTIFICATION Cease / Administrative Shutdown"]),
    );
  });

  it("announces the prefixes of a file, as many as asked for", async () => {
    await using sink = new Sink();
    const directory = await mkdtemp(join(tmpdir(), "netferry-simulate-"));
    const path = join(directory, "list");
    await writeFile(path, "192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n2001:db8::/32\n");
    const base = `--connect ${await sink.target()} --asn 65001 --once --prefixes ${path}`;
    assert.equal((await simulate(base)).code, 0);
    assert.equal((await simulate(`${base} --count 2`)).code, 0);
    assert.equal((await simulate(`${base} --families ipv6-unicast`)).code, 0);
    assert.deepEqual(sink.routes, [4, 3, 1]);
    await writeFile(path, "192.0.2.0/24\nnonsense\n");
    const { code, stderr } = await simulate(base);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `netferry: ${path}:2: "nonsense" is no prefix such as 192.0.2.0/24 or 2001:db8::/32\n`,
    );
    await rm(directory, { recursive: true });
  });

  it("fails with the reason in one line", async () => {
    await using sink = new Sink({ expectedPeerAsn: 65050 });
    const connect = await sink.target();
    const small = "--asn 65001 --count 5 --count-v6 0 --once";
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        `--connect 127.0.0.1:1 ${small}`,
        /^session: cannot connect: connection refused by 127\.0\.0\.1:1; is it/,
      ],
      [
        `--connect ${connect} --local-address 192.0.2.9 ${small}`,
        /^192\.0\.2\.9: cannot connect: 192\.0\.2\.9 is not an address of this machine/,
      ],
      [`--connect ${connect} ${small}`, /^session: peer sent NOTIFICATION OPEN Message Error \/ Bad Peer AS/],
    ];
    for (const [words, text] of cases) {
      const { code, stdout } = await simulate(words);
      assert.equal(code, 1);
      assert.match(stdout, text);
      assert.equal(stdout.split("\n").length, 2);
    }
    const deaf = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => {
      deaf.listen(0, "127.0.0.1", resolve);
    });
    const address = deaf.address();
    assert.ok(address !== null && typeof address === "object");
    const refused = await simulate(`--connect 127.0.0.1:${address.port} ${small}`);
    deaf.close();
    assert.match(refused.stdout, /before the session came up; does it know this address\?\n$/);
    const { stdout } = await simulate(`--connect ${connect} ${small} --json`);
    assert.match(stdout, /"error":"session: peer sent NOTIFICATION OPEN Message Error \/ Bad Peer AS"/);
  });
});

describe("netferry simulate", () => {
  it("keeps changing routes until it is stopped, and ends with a Cease", async () => {
    await using sink = new Sink();
    const stop = new AbortController();
    const running = simulate(
      `--connect ${await sink.target()} --asn 65001 --count 500 --count-v6 100 --churn 5000 --json`,
      { signal: stop.signal },
    );
    await sink.nextEstablished();
    const [collector] = sink.collectors.values();
    assert.ok(collector !== undefined);
    while (collector.updates < 2000) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    stop.abort();
    const { code, stdout } = await running;
    assert.equal(code, 0);
    const { announced, withdrawn } = Object.assign({ announced: 0, withdrawn: 0 }, JSON.parse(stdout));
    assert.ok(announced > 500 && withdrawn > 50, stdout);
    assert.deepEqual(collector.problems, []);
    assert.ok(collector.routes.size < 600);
    assert.match(sink.downs.map(downReasonText).join(), /Cease \/ Administrative Shutdown/);
  });

  it("stops by itself after its duration", async () => {
    await using sink = new Sink();
    const { code, stdout } = await simulate(
      `--connect ${await sink.target()} --asn 65001 --count 50 --count-v6 0 --duration 0.5`,
    );
    assert.equal(code, 0);
    assert.match(stdout, /1 session established in .*\nsent 50 routes/);
  });

  it("tries again, and says so", async () => {
    const stop = new AbortController();
    const running = simulate("--connect 127.0.0.1:1 --asn 65001 --count 5 --count-v6 0", {
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 1200);
    const { code, stdout } = await running;
    assert.equal(code, 0);
    assert.match(stdout, /^session: cannot connect: connection refused by .*; trying again\n/);
  });

  it("draws a block on a terminal", async () => {
    await using sink = new Sink();
    const { code, stdout } = await simulate(
      `--connect ${await sink.target()} --asn 65001 --count 50 --count-v6 0 --churn 100 --duration 1`,
      { terminal: true },
    );
    assert.equal(code, 0);
    assert.match(stdout, /sessions {2}1 of 1 established, 1 with their whole table sent/);
    assert.match(stdout, /routes {4}\d+ sent, 50 in all tables/);
    assert.match(stdout, /churn {5}\d+ announced, \d+ withdrawn/);
    assert.ok(stdout.includes("\u001b["), "nothing was redrawn");
  });

  it("refuses what cannot be", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["--connect 127.0.0.1:1", /--asn/],
      ["--asn 65001", /--connect/],
      ["--connect 127.0.0.1:1 --asn 65001 --sessions 2", /2 sessions need an address each/],
      ["--connect 127.0.0.1:1 --asn 65001 --hold-time 2", /expected 0, or 3 and more/],
      ["--connect 127.0.0.1:1 --asn 65001 --router-id 0.0.0.0", /expected an IPv4 address but 0\.0\.0\.0/],
      ["--connect 127.0.0.1:1 --asn 65001 --families ipv5", /ipv4-unicast/],
      ["--connect 127.0.0.1:1 --asn 65001 --count 0 --families ipv4-unicast", /no routes to announce/],
      ["--connect 127.0.0.1:1 --asn 23456 --count 1 --count-v6 0", /23456 is not a usable AS number/],
    ];
    for (const [words, text] of cases) {
      const { code, stderr } = await simulate(words);
      assert.equal(code, 2, words);
      assert.match(stderr, text);
      assert.equal(stderr.split("\n").length, 2, stderr);
    }
  });
});
