/** CONNECT against proxies that a test makes up, octet by octet. */
import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { after, describe, test } from "node:test";
import { parseProxyUrl } from "./proxy.ts";
import { dial, MAX_PROXY_ANSWER } from "./tunnel.ts";

const servers: Server[] = [];
const open = new Set<Socket>();

after(() => {
  for (const socket of open) socket.destroy();
  for (const server of servers) server.close();
});

/** A proxy that answers the head of a request as the test says; resolves to its port. */
async function proxy(answer: (socket: Socket, request: string) => void): Promise<number> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    let request = "";
    const onData = (chunk: Buffer): void => {
      request += chunk.toString("latin1");
      if (!request.endsWith("\r\n\r\n")) return;
      socket.off("data", onData);
      answer(socket, request);
    };
    socket.on("data", onData);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function target(port: number, userinfo = "", host = "ingest.example.net") {
  return { host, port: 8443, proxy: parseProxyUrl(`http://${userinfo}127.0.0.1:${port}`) };
}

async function text(socket: Socket, length: number): Promise<string> {
  let received = "";
  for await (const chunk of socket) {
    received += String(chunk);
    if (received.length >= length) break;
  }
  return received;
}

describe("CONNECT", () => {
  test("asks for the target with the credentials, and loses no octet behind the answer", async () => {
    let asked = "";
    const port = await proxy((socket, request) => {
      asked = request;
      // In two pieces, the second with what the far end says at once.
      socket.write("HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r");
      setImmediate(() => socket.write("\n\r\nhello"));
      socket.once("data", (chunk) => socket.end(` and ${String(chunk)}`));
    });
    const socket = await dial(target(port, "u:p%40ss@"));
    socket.write("goodbye");
    assert.equal(await text(socket, 17), "hello and goodbye");
    assert.deepEqual(asked.trimEnd().split("\r\n"), [
      "CONNECT ingest.example.net:8443 HTTP/1.1",
      "Host: ingest.example.net:8443",
      `Proxy-Authorization: Basic ${Buffer.from("u:p@ss").toString("base64")}`,
    ]);
  });

  test("names an IPv6 target in brackets", async () => {
    let asked = "";
    const port = await proxy((socket, request) => {
      asked = request;
      socket.write("HTTP/1.0 200 OK\r\n\r\n");
    });
    (await dial(target(port, "", "2001:db8::1"))).destroy();
    assert.match(asked, /^CONNECT \[2001:db8::1\]:8443 HTTP\/1\.1\r\nHost: \[2001:db8::1\]:8443\r\n\r\n$/);
  });

  test("that is refused says why in one line, without the password", async () => {
    const cases: [string, string, RegExp][] = [
      [
        "407 Proxy Authentication Required",
        "u:s3cret@",
        /refuses the user or the password \(407 .*HTTPS_PROXY/,
      ],
      [
        "407 Proxy Authentication Required",
        "",
        /wants a user and a password \(407 .*; put both and an @ before its host/,
      ],
      [
        "403 Forbidden",
        "",
        /does not let through to ingest\.example\.net:8443 \(403 Forbidden\); have it allow/,
      ],
      ["502 Bad Gateway", "", /can't reach ingest\.example\.net:8443 \(502 Bad Gateway\)/],
      ["302 Found\u0007", "", /answers CONNECT to ingest\.example\.net:8443 with 302 Found\?$/],
    ];
    for (const [status, userinfo, message] of cases) {
      const port = await proxy((socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
      await assert.rejects(dial(target(port, userinfo)), (error: Error) => {
        assert.equal(error.name, "ProxyError");
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /s3cret|\n/);
        return true;
      });
    }
  });

  test("to something that is no proxy, or goes on for ever, or says nothing, ends with one line", async () => {
    const cases: [(socket: Socket) => void, RegExp][] = [
      [(socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"), /does not answer as a web proxy/],
      [(socket) => socket.end(), /closed the connection without an answer/],
      [(socket) => socket.write("x".repeat(MAX_PROXY_ANSWER + 1)), /answers with something endless/],
    ];
    for (const [answer, message] of cases) {
      await assert.rejects(dial(target(await proxy(answer))), { name: "ProxyError", message });
    }
  });

  test("to a proxy that is not there names it, and never the target", async () => {
    // Nothing listens on port 1.
    await assert.rejects(dial(target(1)), {
      name: "ProxyError",
      message: /^nothing listens at the proxy's 127\.0\.0\.1:1; start it, or correct HTTPS_PROXY/,
    });
  });
});
