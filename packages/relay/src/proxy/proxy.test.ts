import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bypasses, parseNoProxyRule } from "./no-proxy.ts";
import { parseProxyUrl, proxyAuthorization, proxyFor, proxyName, proxySecrets } from "./proxy.ts";

describe("a proxy's URL", () => {
  test("is read with and without scheme, port and credentials, spaces around it", () => {
    const cases: [string, string, string][] = [
      ["http://192.0.2.1:3128", "192.0.2.1:3128", ""],
      [" http://proxy.example.net ", "proxy.example.net:80", ""],
      ["proxy.example.net:3128/", "proxy.example.net:3128", ""],
      ["http://[2001:db8::1]:3128", "[2001:db8::1]:3128", ""],
      ["http://u:p%40s%3As@192.0.2.1:3128", "192.0.2.1:3128", "u:p@s:s"],
      ["http://only-user@192.0.2.1:3128", "192.0.2.1:3128", "only-user:"],
    ];
    for (const [text, name, userinfo] of cases) {
      const proxy = parseProxyUrl(text);
      assert.deepEqual([proxyName(proxy), proxy.userinfo], [name, userinfo], text);
    }
  });

  test("that can't be honoured is refused, and the error does not show it", () => {
    const cases: [string, RegExp][] = [
      [
        "socks5://u:s3cret@192.0.2.1:1080",
        /^a socks5:\/\/ proxy can't be used, and there is no going around it/,
      ],
      ["https://u:s3cret@192.0.2.1:3128", /^a https:\/\/ proxy can't be used/],
      ["http://", /^expected http:\/\/HOST:PORT/],
      ["http://192.0.2.1:99999", /^expected http:\/\/HOST:PORT/],
      ["http://u:s3cret#1@192.0.2.1:3128", /^expected .*%23/],
      ["http://192.0.2.1:3128/s3cret", /^expected/],
      ["http://u:s3cret%@192.0.2.1:3128", /percent sign .* as %25$/],
    ];
    for (const [text, message] of cases) {
      assert.throws(
        () => parseProxyUrl(text),
        (error: Error) => message.test(error.message) && !error.message.includes("s3cret"),
        text,
      );
    }
  });

  test("gives its credentials as RFC 7617 has them, and the secrets to keep out of logs", () => {
    const https = parseProxyUrl("http://Aladdin:open%20sesame@192.0.2.1");
    // The example of RFC 7617 section 2.
    assert.equal(proxyAuthorization(https), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    const http = parseProxyUrl("http://192.0.2.1");
    assert.equal(proxyAuthorization(http), undefined);
    assert.deepEqual(proxySecrets({ http, https, none: [] }), [
      "open sesame",
      "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    ]);
  });

  test("counts for its own kind of connection alone", () => {
    const https = parseProxyUrl("http://192.0.2.1");
    const settings = { http: undefined, https, none: [parseNoProxyRule("b.example.net")] };
    assert.equal(proxyFor(settings, { host: "a.example.net", port: 443, tls: true }), https);
    assert.equal(proxyFor(settings, { host: "a.example.net", port: 443, tls: false }), undefined);
    assert.equal(proxyFor(settings, { host: "b.example.net", port: 443, tls: true }), undefined);
  });
});

describe("NO_PROXY", () => {
  test("names hosts as Go's programs read it", () => {
    const cases: [string, string, number, boolean][] = [
      ["*", "a.example.net", 443, true],
      ["example.net", "example.net", 443, true],
      ["example.net", "a.b.EXAMPLE.net.", 443, true],
      ["example.net", "badexample.net", 443, false],
      [".example.net", "example.net", 443, false],
      [".example.net", "a.example.net", 443, true],
      ["*.example.net", "a.example.net", 443, true],
      ["*.example.net", "example.net", 443, false],
      ["example.net:8443", "example.net", 8443, true],
      ["example.net:8443", "example.net", 443, false],
      ["192.0.2.1", "192.0.2.1", 443, true],
      ["192.0.2.1", "192.0.2.10", 443, false],
      ["192.0.2.1:8443", "192.0.2.1", 443, false],
      ["192.0.2.0/24", "192.0.2.77", 443, true],
      ["192.0.2.0/24", "192.0.3.77", 443, false],
      ["0.0.0.0/0", "198.51.100.1", 443, true],
      ["2001:db8::/32", "2001:db8:1::1", 443, true],
      ["2001:db8::/32", "2001:db9::1", 443, false],
      ["2001:db8::1", "2001:DB8:0::1", 443, true],
      ["[2001:db8::1]:443", "2001:db8::1", 443, true],
      ["[2001:db8::1]:443", "2001:db8::1", 8443, false],
      // A network says nothing of names, whatever they resolve to.
      ["0.0.0.0/0", "a.example.net", 443, false],
    ];
    for (const [rule, host, port, expected] of cases) {
      assert.equal(bypasses([parseNoProxyRule(rule)], host, port), expected, `${rule} ${host}:${port}`);
    }
  });

  test("never concerns this machine itself", () => {
    for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "::1"]) {
      assert.equal(bypasses([], host, 443), true, host);
    }
    assert.equal(bypasses([], "128.0.0.1", 443), false);
  });

  test("that means nothing is refused", () => {
    for (const text of [
      "192.0.2.0/33",
      "192.0.2.0/24/8",
      "2001:db8::/129",
      "a b",
      "example.net:0",
      "example.net:70000",
      "x:y",
      "[::1",
      "*.*",
    ]) {
      assert.throws(() => parseNoProxyRule(text), /^Error: expected addresses, networks and names/, text);
    }
  });
});
