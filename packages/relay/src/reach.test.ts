import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { type Dial, reachTarget } from "./reach.ts";

/** Timers and connections in the test's hands. */
function hand(): {
  later: (delayMs: number, run: () => void) => () => void;
  dial: Dial;
  elapse: () => void;
  open: Set<(error?: Error) => void>;
} {
  let due: (() => void) | undefined;
  const open = new Set<(error?: Error) => void>();
  return {
    later: (_delayMs, run) => {
      due = run;
      return () => {
        due = undefined;
      };
    },
    elapse: () => due?.(),
    open,
    dial: (_host, _port, done) => {
      open.add(done);
      return { close: () => open.delete(done) };
    },
  };
}

function realLater(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

const TARGET = { host: "192.0.2.1", port: 443 };

describe("reaching a target", () => {
  it("dials anew while the first SYN has no answer, and takes whichever connection stands first", async () => {
    const { later, dial, elapse, open } = hand();
    const reached = reachTarget(TARGET, later, dial);
    elapse();
    elapse();
    assert.equal(open.size, 3);
    [...open][1]?.();
    await reached;
    assert.equal(open.size, 0, "no connection is left behind");
  });

  it("gives up when none of a few has an answer", async () => {
    const { later, dial, elapse, open } = hand();
    const reached = reachTarget(TARGET, later, dial);
    for (let i = 0; i < 20; i += 1) {
      elapse();
      assert.ok(open.size <= 5);
    }
    await assert.rejects(reached, { code: "ETIMEDOUT" });
    assert.equal(open.size, 0);
  });

  it("fails with the first error", async () => {
    const { later, dial, open } = hand();
    const reached = reachTarget(TARGET, later, dial);
    [...open][0]?.(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    await assert.rejects(reached, { code: "ECONNREFUSED" });
  });

  it("works with real sockets", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined));
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    await reachTarget({ host: "127.0.0.1", port }, realLater);
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(reachTarget({ host: "127.0.0.1", port }, realLater), { code: "ECONNREFUSED" });
  });

  it("through a proxy means reaching the proxy, and nobody else", async () => {
    const { later } = hand();
    const dialled: string[] = [];
    const refused: Dial = (host, port, done) => {
      dialled.push(`${host}:${port}`);
      queueMicrotask(() => done(Object.assign(new Error("refused"), { code: "ECONNREFUSED" })));
      return { close: () => undefined };
    };
    const proxy = { host: "192.0.2.2", port: 3128, userinfo: "u:s3cret" };
    await assert.rejects(reachTarget({ ...TARGET, proxy }, later, refused), {
      name: "ProxyError",
      message: /^nothing listens at the proxy's 192\.0\.2\.2:3128; .*HTTPS_PROXY/,
    });
    assert.deepEqual(dialled, ["192.0.2.2:3128"]);
  });
});
