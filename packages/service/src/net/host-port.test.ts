import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatHostPort, type HostPort, parseHostPort, parseListen } from "./host-port.ts";

describe("addresses to listen on", () => {
  const good: [string, number | undefined, HostPort][] = [
    ["0.0.0.0:179", undefined, { host: "0.0.0.0", port: 179 }],
    ["[::]:179", undefined, { host: "::", port: 179 }],
    ["[2001:db8::1%eth0]:179", undefined, { host: "2001:db8::1%eth0", port: 179 }],
    [":179", undefined, { host: "", port: 179 }],
    ["localhost:0", undefined, { host: "localhost", port: 0 }],
    ["127.0.0.1", 20_920, { host: "127.0.0.1", port: 20_920 }],
    ["::1", 179, { host: "::1", port: 179 }],
    ["[::1]", 179, { host: "::1", port: 179 }],
    [" 127.0.0.1:65535 ", undefined, { host: "127.0.0.1", port: 65_535 }],
  ];
  for (const [text, defaultPort, expected] of good) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseListen(text, defaultPort), expected);
    });
  }

  const bad: [string, RegExp][] = [
    ["", /a host is missing; expected ADDRESS:PORT such as/],
    ["127.0.0.1", /a port is missing/],
    ["127.0.0.1:", /"" is no port/],
    ["127.0.0.1:65536", /"65536" is no port; expected a number from 0 to 65535/],
    ["127.0.0.1:-1", /is no port/],
    ["127.0.0.1:1e3", /is no port/],
    ["127.0.0.1:http", /"http" is no port/],
    ["::1:179", /a port is missing/], // a valid IPv6 address on its own
    ["fe80:::1:179", /needs brackets/],
    ["1:2:3:4:5:6:7:8:179", /an IPv6 address with a port needs brackets: \[1:2:3:4:5:6:7:8\]:179/],
    ["[127.0.0.1]:179", /in brackets is no IPv6 address/],
    ["[::1", /is no address|needs brackets/],
    ["[::1]179", /is no address|needs brackets/],
    ["300.1.1.1:179", /"300\.1\.1\.1" is no address/],
    ["a b:179", /"a b" is no address/],
    ["http://x:179", /needs brackets|is no address/],
  ];
  for (const [text, pattern] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseListen(text), pattern);
    });
  }
});

describe("peers to connect to", () => {
  it("need a host and a port above 0", () => {
    assert.deepEqual(parseHostPort("ingest.example.net:443"), { host: "ingest.example.net", port: 443 });
    assert.deepEqual(parseHostPort("ingest.example.net", 443), { host: "ingest.example.net", port: 443 });
    assert.throws(() => parseHostPort(":443"), /a host is missing; expected HOST:PORT/);
    assert.throws(() => parseHostPort("x:0"), /expected a number from 1 to 65535/);
  });
});

describe("text", () => {
  it("has brackets around IPv6 addresses alone", () => {
    assert.equal(formatHostPort("::1", 179), "[::1]:179");
    assert.equal(formatHostPort("192.0.2.1", 179), "192.0.2.1:179");
    assert.equal(formatHostPort("", 179), ":179");
  });

  it("reads back to what it was made from", () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant(""));
    fc.assert(
      fc.property(host, fc.nat(65_535), (name, port) => {
        assert.deepEqual(parseListen(formatHostPort(name, port)), { host: name, port });
      }),
    );
  });

  it("of any kind is read or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const { port } = parseListen(text, 1);
          assert.ok(Number.isInteger(port) && port >= 0 && port <= 65_535);
        } catch (error) {
          assert.ok(error instanceof Error && error.message !== "");
        }
      }),
    );
  });
});
