import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { it, type TestContext } from "node:test";
import { Listeners } from "./listeners.ts";

/** Ends listening sockets from outside; only the kernel knows. */
function kill(port: number): string | undefined {
  const { status, stderr } = spawnSync("ss", ["-K", "-t", "state", "listening", `sport = :${port}`], {
    encoding: "utf8",
  });
  return status === 0 && stderr === "" ? undefined : stderr || "ss is not there";
}

function open(test: TestContext): { readonly listeners: Listeners; readonly sockets: Socket[] } {
  const sockets: Socket[] = [];
  const listeners = new Listeners({
    listen: [
      { host: "127.0.0.1", port: 0 },
      { host: "127.0.0.2", port: 0 },
    ],
    onConnection: (socket) => sockets.push(socket),
    onAcceptError: () => undefined,
  });
  test.after(() => {
    listeners.close();
    for (const socket of sockets) socket.destroy();
  });
  return { listeners, sockets };
}

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

it("a listening socket that was closed is found, and opened again at the same port", async (test) => {
  const { listeners } = open(test);
  await listeners.open();
  assert.deepEqual(await listeners.mend(), []);
  const [first, second] = listeners.addresses;
  const port = first?.port ?? 0;
  listeners.servers[0]?.close();
  assert.deepEqual(await listeners.mend(), [
    `the listening socket of 127.0.0.1:${port} was gone; it is open again`,
  ]);
  assert.deepEqual(
    listeners.addresses.toSorted((a, b) => a.host.localeCompare(b.host)),
    [first, second],
  );
  assert.equal(await connects(port), true);
  assert.deepEqual(await listeners.mend(), []);
});

it("one that the kernel closed is found, though the runtime knows nothing of it", async (test) => {
  const { listeners, sockets } = open(test);
  await listeners.open();
  const port = listeners.addresses[0]?.port ?? 0;
  const refusal = kill(port);
  if (refusal !== undefined) {
    test.skip(`skipped: ${refusal}`);
    return;
  }
  assert.equal(await connects(port), false);
  assert.equal(listeners.servers[0]?.listening, true);
  assert.match((await listeners.mend()).join(), /was gone; it is open again$/);
  assert.equal(await connects(port), true);
  assert.deepEqual(await listeners.mend(), []);
  assert.equal(sockets.length, 1);
});

it("one whose port somebody else has taken is told each time, until the port is free", async (test) => {
  const { listeners } = open(test);
  await listeners.open();
  const port = listeners.addresses[0]?.port ?? 0;
  listeners.servers[0]?.close();
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  for (let look = 0; look < 2; look += 1) {
    const [problem, ...more] = await listeners.mend();
    assert.match(
      problem ?? "",
      /^the listening socket of 127\.0\.0\.1:\d+ was gone, and can't be had again: /,
    );
    assert.match(problem ?? "", /in use/);
    assert.deepEqual(more, []);
  }
  other.close();
  await once(other, "close");
  assert.match((await listeners.mend()).join(), /open again/);
  assert.deepEqual(await listeners.mend(), []);
  listeners.close();
  assert.deepEqual(await listeners.mend(), []);
});
