import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProxyUrl } from "@netferry/relay";
import { exportTarget, type ExportWay } from "./endpoint.ts";
import { LOGS_PATH, parseExportUrl } from "./export-url.ts";

const PIN = { kind: "fingerprint", sha256: "AB" } as const;
const WAY: ExportWay = {
  url: undefined,
  path: LOGS_PATH,
  trust: PIN,
  proxies: { http: undefined, https: undefined, none: [] },
  email: "me@example.net",
  token: "t0ken",
};
const CREDENTIALS = { "x-ch-auth-email": "me@example.net", "x-ch-auth-api-token": "t0ken" };

test("an export goes to the documented path on the target unless told, with the target's trust there alone", () => {
  const own = exportTarget(WAY, "[2001:db8::1]:8443");
  assert.equal(own.url.href, "https://[2001:db8::1]:8443/agents/v202204/logs");
  assert.deepEqual([own.host, own.port, own.trust, own.headers], ["2001:db8::1", 8443, PIN, CREDENTIALS]);
  const other = exportTarget({ ...WAY, url: new URL("https://logs.example.net/x") }, "a.example.net:443");
  assert.deepEqual([other.host, other.port, other.trust], ["logs.example.net", 443, { kind: "system" }]);
  assert.deepEqual(other.headers, CREDENTIALS);
});

test("credentials don't go without TLS, but to this machine and with --insecure", () => {
  const to = (url: string, trust: ExportWay["trust"] = PIN): object =>
    exportTarget({ ...WAY, trust, url: new URL(url) }, "a.example.net:443").headers;
  assert.deepEqual(to("http://logs.example.net/x"), {});
  assert.deepEqual(to("http://127.0.0.1:4318/v1/logs"), CREDENTIALS);
  assert.deepEqual(to("http://logs.example.net/x", { kind: "insecure" }), CREDENTIALS);
  const plain = exportTarget({ ...WAY, trust: { kind: "insecure" } }, "a.example.net:443");
  assert.deepEqual(
    [plain.url.href, plain.trust],
    ["http://a.example.net:443/agents/v202204/logs", undefined],
  );
});

test("an export goes through the proxy of its kind", () => {
  const proxies = { http: parseProxyUrl("192.0.2.1"), https: parseProxyUrl("192.0.2.2"), none: [] };
  const proxyOf = (url: string): string | undefined =>
    exportTarget({ ...WAY, proxies, url: new URL(url) }, "a.example.net:443").proxy?.host;
  assert.deepEqual(
    [proxyOf("http://x.example.net"), proxyOf("https://x.example.net")],
    ["192.0.2.1", "192.0.2.2"],
  );
  assert.equal(proxyOf("http://127.0.0.1"), undefined);
});

test("a URL that can't be exported to is refused", () => {
  assert.throws(() => parseExportUrl("ftp://x/"), /expected an address such as/);
  assert.throws(() => parseExportUrl("https://u:p@x/"), /credentials don't belong into the address/);
});
