import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";

import { hasCapability } from "../capabilities.ts";
import { KernelArgumentError } from "../error.ts";
import { md5Support, setMd5Key } from "../md5/keys.ts";
import { connectPrepared } from "../socket/connect.ts";
import { listening, outcome } from "../testing/tcp.ts";
import { type CapturedSyn, SynCapture } from "./capture.ts";

const support = md5Support();
const skip = !hasCapability("CAP_NET_RAW")
  ? "skipped: CAP_NET_RAW is missing"
  : !support.available && `skipped: ${support.reason}`;

const ignore = (): void => {};
const fail = (error: Error): void => assert.fail(error);

describe("SYN capture on loopback", { skip }, () => {
  it("sees the SYN before there is a key; with the key, the retransmission connects", async (test) => {
    const { server, port } = await listening(test, "::");
    const seen: CapturedSyn[] = [];
    const capture = new SynCapture({
      ports: [port],
      onSyn: (syn) => {
        seen.push(syn);
        setMd5Key(server, syn.sourceAddress, "key");
      },
      onError: fail,
    });
    test.after(() => capture.close());
    for (const host of ["127.0.0.1", "::1"]) {
      const client = connectPrepared({ host, port }, (fd) => setMd5Key(fd, host, "key"));
      test.after(() => client.destroy());
      assert.equal(await outcome(client, 10_000), "connected");
      // The first SYN and one that was sent again, which may be on its way here still.
      const ofHost = (): CapturedSyn[] => seen.filter((syn) => syn.sourceAddress === host);
      while (ofHost().length < 2) await new Promise(setImmediate);
      const syns = ofHost();
      for (const syn of syns) {
        assert.deepEqual(syn, {
          sourceAddress: host,
          sourcePort: client.localPort,
          destinationAddress: host,
          destinationPort: port,
          hasMd5: true,
          interfaceName: "lo",
        });
      }
    }
    const { delivered, dropped, malformed, errors } = capture.statistics();
    assert.deepEqual(
      { delivered, dropped, malformed, errors },
      { delivered: seen.length, dropped: 0, malformed: 0, errors: 0 },
    );
  });

  it("does not see unsigned SYNs unless asked to, and nothing after it was closed", async (test) => {
    const { port } = await listening(test, "127.0.0.1");
    const signed: CapturedSyn[] = [];
    const all: CapturedSyn[] = [];
    const strict = new SynCapture({
      ports: [port],
      interface: "lo",
      onSyn: (syn) => signed.push(syn),
      onError: fail,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const loose = new SynCapture({
      ports: [port],
      md5Only: false,
      onSyn: (syn) => {
        all.push(syn);
        loose.close();
        resolve();
      },
      onError: fail,
    });
    for (let count = 0; count < 2; count += 1) {
      const client = connect(port, "127.0.0.1");
      await once(client, "connect");
      client.destroy();
    }
    await promise;
    strict.close();
    assert.equal(signed.length, 0);
    assert.deepEqual(
      all.map(({ hasMd5 }) => hasMd5),
      [false],
    );
    assert.equal(strict.statistics().delivered, 0);
  });

  it("counts what the kernel dropped while the process was busy", async (test) => {
    const { server, port } = await listening(test, "127.0.0.1");
    server.close();
    const capture = new SynCapture({ ports: [port], md5Only: false, onSyn: ignore, onError: fail });
    test.after(() => capture.close());
    // Another process sends them, while this one does not come to its event loop; nobody listens any more.
    const flood = `const net = require("node:net"); let open = 0;
      const next = () => { if (open++ < 3000) net.connect(${port}, "127.0.0.1").on("error", next); };
      for (let i = 0; i < 50; i += 1) next();`;
    execFileSync(process.execPath, ["--eval", flood], { timeout: 60_000 });
    const { dropped } = capture.statistics();
    assert.ok(dropped > 0);
    while (capture.statistics().delivered === 0) await new Promise(setImmediate);
    assert.equal(capture.statistics().dropped, dropped);
  });

  it("names an interface that is not there", () => {
    const options = { ports: [179], onSyn: () => {}, onError: () => {} };
    assert.throws(
      () => new SynCapture({ ...options, interface: "no-such-if" }),
      (error) => error instanceof KernelArgumentError && error.message.includes('"no-such-if"'),
    );
    assert.throws(() => new SynCapture({ ...options, ports: [] }), KernelArgumentError);
  });

  it("waits without using the processor", async (test) => {
    const capture = new SynCapture({ ports: [179], onSyn: () => {}, onError: () => {} });
    test.after(() => capture.close());
    await new Promise((resolve) => void setTimeout(resolve, 100));
    const before = process.cpuUsage();
    await new Promise((resolve) => void setTimeout(resolve, 2000));
    const { user, system } = process.cpuUsage(before);
    test.diagnostic(`${user + system} microseconds of processor in 2 s`);
    // Busy polling would take all of the two seconds.
    assert.ok(user + system < 200_000);
  });
});

it("without CAP_NET_RAW the error names it and the remedy", { skip }, () => {
  const code = `process.setgroups([]); process.setgid(65534); process.setuid(65534);
    const { SynCapture } = await import(${JSON.stringify(new URL("./capture.ts", import.meta.url).href)});
    try { new SynCapture({ ports: [179], onSyn() {}, onError() {} }); } catch (error) { console.log(error.code, error.message); }`;
  const text = execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" });
  assert.match(
    text,
    /^EPERM socket AF_PACKET: .*CAP_NET_RAW is missing: add it to AmbientCapabilities=.*\n$/,
  );
});
