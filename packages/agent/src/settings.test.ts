import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { parseNoProxyRule, parseProxyUrl } from "@netferry/relay";
import { selfSignedCertificate } from "@netferry/service";
import { settleIngest, wayText } from "./settings.ts";

type Options = Parameters<typeof settleIngest>[0];

const NOTHING: Options = {
  target: [],
  region: undefined,
  email: undefined,
  token: undefined,
  credentials: undefined,
  ca: undefined,
  fingerprint: undefined,
  insecure: false,
  httpProxy: undefined,
  httpsProxy: undefined,
  noProxy: [],
};
const ACCOUNT: Options = { ...NOTHING, email: "me@example.net", token: "t0ken" };
const PIN = Array.from({ length: 32 }, () => "AB").join(":");

const directory = mkdtempSync(join(tmpdir(), "netferry-settings-"));
after(() => rmSync(directory, { recursive: true }));

function credentialsFile(content: unknown, mode = 0o600): string {
  const path = join(directory, "credentials.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}

/** The error must say what is wrong, and never what stands in the file. */
async function refused(content: unknown, mode: number, message: RegExp): Promise<void> {
  const credentials = credentialsFile(content, mode);
  const target = [{ host: "a.example.net", port: 443 }];
  await assert.rejects(settleIngest({ ...NOTHING, target, credentials }), (error: Error) => {
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /s3cret/);
    return true;
  });
}

describe("the ingest", () => {
  test("is the region's documented host, whatever the case", async () => {
    for (const [region, host] of [
      ["iad1", "grpc.api.kentik.com"],
      ["fra1", "grpc.api.kentik.eu"],
      ["FRA1", "grpc.api.kentik.eu"],
    ] as const) {
      const { targets, settings } = await settleIngest({ ...ACCOUNT, region });
      assert.deepEqual(targets, [{ host, port: 443 }]);
      assert.equal(settings["target"], `${host}:443 (--region)`);
    }
  });

  test("is the target where both are given, in the order given", async () => {
    const target = [
      { host: "a.example.net", port: 443 },
      { host: "b.example.net", port: 8443 },
    ];
    // A region that is not known does no harm then.
    const { targets, settings } = await settleIngest({ ...ACCOUNT, target, region: "our1" });
    assert.deepEqual(targets, target);
    assert.deepEqual(settings, {});
  });

  test("has no default: without target and region nothing is connected to", async () => {
    await assert.rejects(settleIngest(ACCOUNT), {
      name: "UsageError",
      message: /^no ingest is named.*--target HOST:PORT.*--region.*NETFERRY_TARGET or KENTIK_REGION$/,
    });
  });

  test("of an unknown region is not guessed", async () => {
    await assert.rejects(settleIngest({ ...ACCOUNT, region: "our1" }), {
      name: "UsageError",
      message: /region our1 .*iad1 \(grpc\.api\.kentik\.com\), fra1 .*--target HOST:PORT$/,
    });
  });
});

describe("credentials", () => {
  const target = [{ host: "a.example.net", port: 443 }];

  test("that are missing are all named at once", async () => {
    await assert.rejects(settleIngest(NOTHING), {
      name: "UsageError",
      message:
        /^no ingest.*; --email is missing: .*KENTIK_API_EMAIL; --token is missing: .*KENTIK_API_TOKEN$/,
    });
  });

  test("come from a credentials file, and each from its own flag first", async () => {
    const credentials = credentialsFile({
      api: "https://x",
      email: "file@example.net",
      token: "ftoken",
      fingerprint: PIN,
    });
    const all = await settleIngest({ ...NOTHING, target, credentials });
    assert.deepEqual(
      [all.email, all.token, all.trust],
      ["file@example.net", "ftoken", { kind: "fingerprint", sha256: PIN }],
    );
    assert.deepEqual(all.settings, {
      email: `file@example.net (${credentials})`,
      token: `set (${credentials})`,
      fingerprint: `${PIN} (${credentials})`,
    });
    const mixed = await settleIngest({ ...ACCOUNT, target, credentials, insecure: true });
    assert.deepEqual(
      [mixed.email, mixed.token, mixed.trust, mixed.settings],
      ["me@example.net", "t0ken", { kind: "insecure" }, {}],
    );
  });

  test("a certificate's path in the file is meant from where the file is", async () => {
    const { certPem } = await selfSignedCertificate({ commonName: "x", addresses: [] });
    writeFileSync(join(directory, "cert.pem"), certPem);
    const credentials = credentialsFile({ ca: "cert.pem" });
    const { trust } = await settleIngest({ ...ACCOUNT, target, credentials });
    assert.deepEqual(trust, { kind: "ca", pem: certPem });
  });

  test("in a file that others may read, or that is none, are refused without showing them", async () => {
    await refused({ email: "a", token: "s3cret" }, 0o644, /is open to others \(mode 644\); run: chmod 600 /);
    await refused('{"token": "s3cret"', 0o600, /is no JSON/);
    await refused({ token: "s3cret", tokken: "s3cret" }, 0o600, /tokken is not as expected/);
    await refused({ email: "a", token: "s3cret\n" }, 0o600, /its token can't be used/);
    await refused({ email: "a", token: "s3cret", fingerprint: "AB" }, 0o600, /its fingerprint can't be used/);
  });
});

describe("the web proxy", () => {
  const httpsProxy = parseProxyUrl("http://u:p%40ss@192.0.2.1:3128");
  const httpProxy = parseProxyUrl("192.0.2.2:3128");
  const target = [
    { host: "a.example.net", port: 443 },
    { host: "b.example.org", port: 443 },
  ];

  test("leads to every target that NO_PROXY does not name, by whether there is TLS", async () => {
    const options = { ...ACCOUNT, target, httpProxy, httpsProxy, noProxy: [parseNoProxyRule("example.org")] };
    const secure = await settleIngest(options);
    assert.deepEqual(secure.targets.map(wayText), [
      "a.example.net:443 through the proxy 192.0.2.1:3128",
      "b.example.org:443 directly",
    ]);
    const plain = await settleIngest({ ...options, insecure: true });
    assert.deepEqual(plain.targets.slice(0, 1).map(wayText), [
      "a.example.net:443 through the proxy 192.0.2.2:3128",
    ]);
  });

  test("has a password that no log may show, in neither form", async () => {
    const { secrets } = await settleIngest({ ...ACCOUNT, target, httpsProxy });
    assert.deepEqual(secrets, ["t0ken", "p@ss", Buffer.from("u:p@ss").toString("base64")]);
  });
});

test("of ca, fingerprint and insecure only one can be meant", async () => {
  const target = [{ host: "a.example.net", port: 443 }];
  await assert.rejects(settleIngest({ ...ACCOUNT, target, fingerprint: PIN, insecure: true }), {
    name: "UsageError",
    message: "--fingerprint and --insecure exclude each other; give the one that you mean",
  });
});
