import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { afterEach, describe, it } from "node:test";
import { errorText, OperatorError } from "../errors.ts";
import { listenError } from "./listen-error.ts";
import { listenOn } from "./listen.ts";

const open: Server[] = [];

function server(): Server {
  const created = createServer();
  open.push(created);
  return created;
}

afterEach(async () => {
  for (const each of open.splice(0)) {
    if (each.listening) {
      await new Promise((resolve) => {
        each.close(resolve);
      });
    }
  }
});

function systemError(code: string): Error {
  return Object.assign(new Error(`listen ${code}: whatever`), { code, syscall: "listen" });
}

describe("listening", () => {
  it("returns the port that the system chose", async () => {
    const at = await listenOn(server(), { host: "127.0.0.1", port: 0 }, { what: "test" });
    assert.equal(at.host, "127.0.0.1");
    assert.ok(at.port > 0);
  });

  it("survives connections that cannot be taken, and tells of them", async () => {
    const told: string[] = [];
    const created = server();
    await listenOn(
      created,
      { host: "127.0.0.1", port: 0 },
      { what: "test", onError: (error) => told.push(error.message) },
    );
    created.emit("error", systemError("EMFILE"));
    assert.deepEqual(told, ["listen EMFILE: whatever"]);
    const silent = server();
    await listenOn(silent, { host: "127.0.0.1", port: 0 }, { what: "test" });
    assert.equal(silent.emit("error", systemError("EMFILE")), true);
  });

  it("on a port in use is one line that says what to do", async () => {
    const at = await listenOn(server(), { host: "127.0.0.1", port: 0 }, { what: "test" });
    await assert.rejects(listenOn(server(), at, { what: "BGP listener (--listen)" }), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.equal(
        errorText(error),
        `BGP listener (--listen) cannot listen on 127.0.0.1:${at.port}: port ${at.port} is in use there; stop what holds it ('ss -tlnp sport = :${at.port}' names it) or choose another port`,
      );
      return true;
    });
  });

  it("on an address that this machine lacks says so", async () => {
    // TEST-NET-1 (RFC 5737) is nobody's address.
    await assert.rejects(
      listenOn(server(), { host: "192.0.2.1", port: 0 }, { what: "HTTP API (--http-listen)" }),
      /HTTP API \(--http-listen\) cannot listen on 192\.0\.2\.1:0: this machine has no such address;.* 0\.0\.0\.0 .*net\.ipv4\.ip_nonlocal_bind=1/,
    );
    assert.match(listenError(systemError("EADDRNOTAVAIL"), "x", "[2001:db8::1]:179").message, /net\.ipv6\./);
  });

  it("on IPv4 and IPv6 with the same port works where IPv6 is asked for alone", async () => {
    const v6 = await listenOn(server(), { host: "::", port: 0 }, { what: "test", ipv6Only: true });
    const v4 = await listenOn(server(), { host: "0.0.0.0", port: v6.port }, { what: "test" });
    assert.equal(v4.port, v6.port);
    await assert.rejects(listenOn(server(), { host: "", port: v6.port }, { what: "test" }), /in use/);
  });
});

describe("the error of a listener", () => {
  it("without permission for a low port names the capability and the ways around", () => {
    const { message } = listenError(systemError("EACCES"), "BGP listener (--listen)", "[::]:179");
    for (const part of [
      "[::]:179",
      "CAP_NET_BIND_SERVICE",
      "setcap",
      "ip_unprivileged_port_start",
      "above 1023",
    ]) {
      assert.ok(message.includes(part), message);
    }
    assert.doesNotMatch(listenError(systemError("EACCES"), "x", "[::]:1790").message, /CAP_NET/);
  });

  it("has a remedy for each usual reason, and the cause of any other", () => {
    assert.match(listenError(systemError("EMFILE"), "x", "a:1").message, /LimitNOFILE/);
    assert.match(listenError(systemError("EAFNOSUPPORT"), "x", "a:1").message, /enable IPv6/);
    assert.match(listenError(systemError("ENOTFOUND"), "x", "a:1").message, /does not resolve/);
    assert.match(listenError(systemError("EOTHER"), "x", "a:1").message, /listen EOTHER: whatever/);
    const cause = systemError("EACCES");
    assert.equal(listenError(cause, "x", "a:1").cause, cause);
  });

  it("stays on one line", () => {
    for (const code of ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "EOTHER"]) {
      assert.doesNotMatch(errorText(listenError(systemError(code), "x", "127.0.0.1:179")), /\n/);
    }
  });
});
