/** How commands find an ingest, trust it and show who they are; and what they say where that fails. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server as TcpServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startFakeIngest } from "@netferry/ingest/testing";
import type { FakeIngest } from "@netferry/ingest/testing";
import { selfSignedCertificate } from "@netferry/service";
import type { ServerCertificate } from "@netferry/service";
import { parseFingerprint } from "./trust.ts";
import { accessTo, run } from "./testing/run.ts";
import type { Outcome } from "./testing/run.ts";

const directory = mkdtempSync(join(tmpdir(), "netferry-client-"));
let plain: FakeIngest;
let secure: FakeIngest;
let certificate: ServerCertificate;
let other: ServerCertificate;

before(async () => {
  const names = { commonName: "test", addresses: ["127.0.0.1"] };
  certificate = await selfSignedCertificate(names);
  other = await selfSignedCertificate(names);
  plain = await startFakeIngest();
  secure = await startFakeIngest({ tls: certificate });
});
after(async () => {
  await plain.close();
  await secure.close();
  rmSync(directory, { recursive: true });
});

let files = 0;
function file(content: unknown, mode = 0o600): string {
  files += 1;
  const path = join(directory, `file-${files}`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}

async function withServer(server: Server | TcpServer, work: (port: number) => Promise<void>): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await work((server.address() as AddressInfo).port);
  server.close();
  if ("closeAllConnections" in server) server.closeAllConnections();
}

const LIST = ["device", "list", "--json"];

function secureRun(...words: string[]): Promise<Outcome> {
  return run([...LIST, ...words], { env: accessTo(secure) });
}

describe("credentials", () => {
  test("come from flags, from the environment, or from a file, in that order", async () => {
    const { url, email, token } = plain;
    const flags = ["--api", url, "--email", email, "--token", token];
    assert.equal((await run([...LIST, ...flags])).code, 0);
    assert.equal((await run(LIST, { env: accessTo(plain) })).code, 0);
    const right = file({ api: url, email, token });
    assert.equal((await run([...LIST, "--credentials", right])).code, 0);
    assert.equal((await run(LIST, { env: { NETFERRY_CREDENTIALS: right } })).code, 0);
    const wrong = file({ api: "http://127.0.0.1:1", email: "x@example.net", token: "wrong" });
    assert.equal((await run([...LIST, "--credentials", wrong], { env: accessTo(plain) })).code, 0);
    const env = { ...accessTo(plain), NETFERRY_TOKEN: "wrong" };
    assert.equal((await run([...LIST, "--token", token], { env })).code, 0);
  });

  test("that are missing are asked for before anything is sent", async () => {
    const { requests } = plain.stats;
    const counted = { ...requests };
    const none = await run([...LIST, "--api", plain.url]);
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      /email and token missing: give --email and --token, NETFERRY_EMAIL.*--credentials FILE/,
    );
    const half = await run([...LIST, "--api", plain.url, "--email", "a@example.net"]);
    assert.match(half.stderr, /token missing/);
    assert.deepEqual({ ...requests }, counted);
  });

  test("that are wrong are refused with the way to give others, and never shown", async () => {
    const env = { ...accessTo(plain), NETFERRY_TOKEN: "not-the-token" };
    for (const words of [
      LIST,
      ["status"],
      ["routes", "--device", "r1"],
      ["device", "show", "r1"],
      ["site", "list"],
    ]) {
      const { code, stdout, stderr } = await run(words, { env });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /^netferry: http:\S+ refused the email and token; give those of an account with --email/,
      );
      assert.doesNotMatch(stderr, /not-the-token/);
    }
  });

  test("in a file that others can read are not used", async () => {
    const { url, email, token } = plain;
    for (const mode of [0o640, 0o604, 0o666]) {
      const { code, stderr } = await run([...LIST, "--credentials", file({ api: url, email, token }, mode)]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`is open to others \\(mode ${mode.toString(8)}\\); run: chmod 600 `, "u"),
      );
    }
  });

  test("in a file that is none are told by its path, without its content", async () => {
    const cases: readonly (readonly [unknown, RegExp])[] = [
      ["{ secret-token", /is no JSON/],
      [{ email: 7 }, /email is not as expected/],
      [{ emial: "secret-token" }, /emial is not as expected/],
      [["secret-token"], /is not as expected/],
      [{ email: "a", token: "secret-token", api: "ftp://x" }, /expected an address such as/],
      [{ email: "a", token: "secret-token", fingerprint: "zz" }, /expected the 32 octets/],
      [{ email: "a", token: "secret-token", ca: "missing.pem" }, /there is no such file/],
    ];
    for (const [content, message] of cases) {
      const path = file(content);
      const { code, stderr } = await run([...LIST, "--credentials", path]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /secret-token/);
    }
    const missing = await run([...LIST, "--credentials", join(directory, "missing")]);
    assert.match(missing.stderr, /missing can't be read: /);
  });
});

describe("trust", () => {
  test("a certificate that nothing vouches for is refused, with both ways to trust it", async () => {
    const { code, stderr } = await secureRun();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /shows a certificate that nothing vouches for: it is self-signed; .*--ca FILE.*--fingerprint/,
    );
    assert.equal(secure.stats.requests["2xx"], 0);
  });

  test("a CA file makes it trusted, on the command line or in the credentials file", async () => {
    const ca = file(certificate.certPem, 0o644);
    assert.equal((await secureRun("--ca", ca)).code, 0);
    const { url, email, token } = secure;
    // As it would be beside the credentials file.
    const credentials = file({ api: url, email, token, ca: ca.slice(directory.length + 1) });
    assert.equal((await run([...LIST, "--credentials", credentials])).code, 0);
    const wrong = await secureRun("--ca", file(other.certPem, 0o644));
    assert.match(wrong.stderr, /nothing vouches for/);
  });

  test("a fingerprint makes the one certificate trusted, and no token is sent to another", async () => {
    const { fingerprint256 } = certificate;
    assert.equal((await secureRun("--fingerprint", fingerprint256)).code, 0);
    assert.equal(
      (await secureRun("--fingerprint", fingerprint256.replaceAll(":", "").toLowerCase())).code,
      0,
    );
    const counted = { ...secure.stats.requests };
    const wrong = await secureRun("--fingerprint", other.fingerprint256);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      new RegExp(`with fingerprint ${fingerprint256}, which is not the one given`, "u"),
    );
    assert.deepEqual({ ...secure.stats.requests }, counted);
    const both = await secureRun("--fingerprint", fingerprint256, "--ca", file(certificate.certPem));
    assert.equal(both.code, 2);
    const nonsense = await secureRun("--fingerprint", "abc");
    assert.equal(nonsense.code, 2);
  });

  test("fingerprints are read however they are written", () => {
    const digits = "0123456789abcdef".repeat(4);
    const pairs = (digits.match(/../g) ?? []).join(":").toUpperCase();
    for (const text of [digits, digits.toUpperCase(), pairs, ` ${pairs} `, `SHA256:${digits}`]) {
      assert.equal(parseFingerprint(text), digits);
    }
    for (const text of ["", digits.slice(1), `${digits}0`, digits.replace("0", "g")]) {
      assert.throws(() => parseFingerprint(text), /expected the 32 octets/);
    }
  });
});

describe("a server that is not there, or another one", () => {
  const credentials = ["--email", "a@example.net", "--token", "t"];

  async function failure(api: string, ...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await run([...LIST, "--api", api, ...credentials, ...words]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^netferry: .*\n$/);
    return stderr;
  }

  test("nothing listens", async () => {
    let free = 0;
    await withServer(createTcpServer(), (port) => {
      free = port;
      return Promise.resolve();
    });
    assert.match(
      await failure(`http://127.0.0.1:${free}`),
      /nothing listens at http:\/\/127\.0\.0\.1:\d+ \(connection refused\); start it, or point elsewhere with --api URL or NETFERRY_API/,
    );
  });

  test("a name that does not resolve", async () => {
    assert.match(
      await failure("http://nothing.invalid"),
      /http:\/\/nothing\.invalid: the host name does not resolve/,
    );
  });

  test("TLS where there is none, and none where there is", async () => {
    assert.match(await failure(plain.url.replace("http:", "https:")), /does not speak TLS; try http:\/\//);
    assert.match(
      await failure(secure.url.replace("https:", "http:")),
      /if it speaks TLS, give its https:\/\/ address/,
    );
  });

  test("a web server that is no ingest", async () => {
    const page = createServer((_, response) => response.end("<html>hello</html>"));
    await withServer(page, async (port) => {
      assert.match(
        await failure(`http://127.0.0.1:${port}`),
        /does not answer as a Netferry ingest does \(no JSON\)/,
      );
    });
    const refusing = createServer((_, response) => response.writeHead(403).end("<html>no</html>"));
    await withServer(refusing, async (port) => {
      assert.match(await failure(`http://127.0.0.1:${port}`), /HTTP status 403 and is no Netferry ingest/);
    });
    const json = createServer((_, response) => response.end('{"devices":7}'));
    await withServer(json, async (port) => {
      assert.match(
        await failure(`http://127.0.0.1:${port}`),
        /does not answer as a Netferry ingest does \(devices\)/,
      );
    });
  });

  test("something that is not HTTP", async () => {
    const sink = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.end("220 mail.example.net ESMTP\r\n");
    });
    await withServer(sink, async (port) => {
      assert.match(await failure(`http://127.0.0.1:${port}`), /answered with something that is not HTTP/);
    });
  });

  test("an API that is below a path is found there", async () => {
    const urls: string[] = [];
    const server = createServer((request, response) => {
      urls.push(request.url ?? "");
      response.end('{"sites":[]}');
    });
    await withServer(server, async (port) => {
      await run(["site", "list", "--api", `http://127.0.0.1:${port}/netferry/`, ...credentials]);
    });
    assert.deepEqual(urls, ["/netferry/api/v1/sites"]);
  });

  test("an address that is none, or holds credentials, is wrong usage", async () => {
    for (const api of ["nonsense", "ftp://x", "http://user:secret@127.0.0.1"]) {
      const { code, stderr } = await run([...LIST, "--api", api, ...credentials]);
      assert.equal(code, 2);
      assert.match(stderr, /--api/);
    }
  });
});
