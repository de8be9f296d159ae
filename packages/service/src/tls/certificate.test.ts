import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect, type ConnectionOptions, createServer, type Server } from "node:tls";
import { errorText, OperatorError } from "../errors.ts";
import { loadCertificate, loadTrustAnchors } from "./files.ts";
import { certificateFingerprint, selfSignedCertificate, type ServerCertificate } from "./self-signed.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
let certificate: ServerCertificate;
let other: ServerCertificate;

before(async () => {
  const names = {
    names: ["localhost", "ingest.example.net"],
    addresses: ["127.0.0.1", "::1", "2001:db8::1"],
  };
  certificate = await selfSignedCertificate({ commonName: "netferry-ingest", ...names });
  other = await selfSignedCertificate({ commonName: "other", addresses: ["127.0.0.1"] });
});

describe("a self-signed certificate", () => {
  it("is for servers under the given names, with a key of its own", () => {
    const parsed = new X509Certificate(certificate.certPem);
    assert.equal(parsed.subject, "CN=netferry-ingest");
    assert.equal(parsed.ca, false);
    assert.deepEqual(parsed.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(parsed.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
    assert.equal(parsed.checkHost("ingest.example.net"), "ingest.example.net");
    assert.equal(parsed.checkHost("evil.example.net"), undefined);
    for (const address of ["127.0.0.1", "::1", "2001:db8::1"])
      assert.notEqual(parsed.checkIP(address), undefined);
    assert.equal(parsed.checkIP("127.0.0.2"), undefined);
    assert.ok(parsed.verify(parsed.publicKey));
  });

  it("is valid from a day ago, ten years long unless told otherwise", async () => {
    const short = await selfSignedCertificate({ commonName: "x", days: 2, now: () => NOW });
    const parsed = new X509Certificate(short.certPem);
    assert.equal(parsed.validFromDate.getTime(), NOW - DAY_MS);
    assert.equal(parsed.validToDate.getTime(), NOW + 2 * DAY_MS);
    const long = new X509Certificate(certificate.certPem);
    assert.ok(long.validToDate.getTime() - Date.now() > 3640 * DAY_MS);
  });

  it("is another one each time", () => {
    assert.notEqual(
      new X509Certificate(certificate.certPem).serialNumber,
      new X509Certificate(other.certPem).serialNumber,
    );
    assert.notEqual(certificate.keyPem, other.keyPem);
  });

  it("refuses what is no address, and cuts a long common name", async () => {
    await assert.rejects(
      selfSignedCertificate({ commonName: "x", addresses: ["localhost"] }),
      /no IP address/,
    );
    const { certPem } = await selfSignedCertificate({ commonName: "x".repeat(100) });
    assert.equal(new X509Certificate(certPem).subject, `CN=${"x".repeat(64)}`);
  });

  it("has the SHA-256 of its DER as fingerprint", () => {
    const digest = createHash("sha256").update(new X509Certificate(certificate.certPem).raw).digest("hex");
    const expected = digest.toUpperCase().replaceAll(/(..)(?=.)/g, "$1:");
    assert.equal(certificate.fingerprint256, expected);
    assert.equal(certificateFingerprint(certificate.certPem), expected);
  });
});

describe("TLS with a self-signed certificate", () => {
  let server: Server;

  before(async () => {
    server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket) => {
      socket.on("error", () => {});
      socket.end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
  });

  after(() => server.close());

  function handshake(options: ConnectionOptions): Promise<string> {
    return new Promise((resolve) => {
      const { port } = server.address() as AddressInfo;
      const socket = connect({ port, host: "127.0.0.1", ...options }, () => {
        resolve(socket.authorized ? "authorized" : "unauthorized");
        socket.destroy();
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }

  it("is trusted by whoever has it as trust anchor, by address and by name", async () => {
    assert.equal(await handshake({ ca: certificate.certPem }), "authorized");
    assert.equal(
      await handshake({ ca: certificate.certPem, servername: "ingest.example.net" }),
      "authorized",
    );
  });

  it("is not trusted under another name, by another anchor, or without one", async () => {
    assert.equal(
      await handshake({ ca: certificate.certPem, servername: "evil.example.net" }),
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
    assert.equal(await handshake({ ca: other.certPem }), "DEPTH_ZERO_SELF_SIGNED_CERT");
    assert.equal(await handshake({}), "DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});

describe("files", () => {
  let dir: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "netferry-tls-"));
    const files: Record<string, string> = {
      "cert.pem": certificate.certPem,
      "key.pem": certificate.keyPem,
      "other-key.pem": other.keyPem,
      "both.pem": certificate.certPem + other.certPem,
      "second-bad.pem": `${certificate.certPem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      "noise.pem": "hello",
      "damaged.pem": certificate.certPem.replace(/\n.{20}/, "\n!!!!!!!!!!!!!!!!!!!!"),
      "damaged-key.pem": certificate.keyPem.replace(/\nM.{20}/, "\nAAAAAAAAAAAAAAAAAAAAA"),
      "encrypted.pem": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
      "huge.pem": "x".repeat(1024 * 1024 + 1),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  });

  after(() => rm(dir, { recursive: true }));

  async function failure(cert: string, key: string, now = Date.now()): Promise<string> {
    try {
      await loadCertificate({ certFile: join(dir, cert), keyFile: join(dir, key), now: () => now });
    } catch (error) {
      assert.ok(error instanceof OperatorError, String(error));
      return errorText(error).replaceAll(`${dir}/`, "");
    }
    return "none";
  }

  it("with a certificate and its key are loaded", async () => {
    const loaded = await loadCertificate({ certFile: join(dir, "cert.pem"), keyFile: join(dir, "key.pem") });
    assert.equal(loaded.certPem, certificate.certPem);
    assert.equal(loaded.keyPem, certificate.keyPem);
    assert.equal(loaded.fingerprint256, certificate.fingerprint256);
    assert.equal(loaded.validUntil, new X509Certificate(certificate.certPem).validToDate.getTime());
    assert.equal(await failure("both.pem", "key.pem"), "none");
  });

  it("that do not do are refused with the file's name and the reason", async () => {
    const cases: [string, string, RegExp][] = [
      ["missing.pem", "key.pem", /^certificate file missing\.pem: there is no such file$/],
      ["cert.pem", "missing.pem", /^private key file missing\.pem: there is no such file$/],
      [".", "key.pem", /is a directory/],
      ["noise.pem", "key.pem", /^noise\.pem holds no certificate: it is not PEM$/],
      ["key.pem", "key.pem", /^key\.pem holds no certificate: it holds a private key$/],
      ["cert.pem", "cert.pem", /^cert\.pem holds no private key: it holds a certificate$/],
      ["cert.pem", "noise.pem", /^noise\.pem holds no private key: it is not PEM$/],
      ["damaged.pem", "key.pem", /^the certificate in damaged\.pem cannot be read/],
      ["cert.pem", "damaged-key.pem", /^the private key in damaged-key\.pem cannot be read/],
      ["cert.pem", "encrypted.pem", /^the private key in encrypted\.pem is encrypted; decrypt it/],
      [
        "cert.pem",
        "other-key.pem",
        /^the key in other-key\.pem does not belong to the \(first\) certificate in cert\.pem/,
      ],
      ["huge.pem", "key.pem", /larger than 1048576 bytes/],
    ];
    for (const [cert, key, pattern] of cases) assert.match(await failure(cert, key), pattern);
  });

  it("outside their time are refused with the date", async () => {
    const { validToDate, validFromDate } = new X509Certificate(certificate.certPem);
    assert.match(
      await failure("cert.pem", "key.pem", validToDate.getTime() + 1),
      /^the certificate in cert\.pem expired on 20\d\d-\d\d-\d\dT.*; renew it$/,
    );
    assert.match(await failure("cert.pem", "key.pem", validFromDate.getTime() - 1), /is not valid before/);
  });

  it("of trust anchors are checked, each certificate of them", async () => {
    assert.equal(await loadTrustAnchors(join(dir, "both.pem")), certificate.certPem + other.certPem);
    await assert.rejects(loadTrustAnchors(join(dir, "second-bad.pem")), /second-bad\.pem cannot be read/);
    await assert.rejects(loadTrustAnchors(join(dir, "key.pem")), /holds no certificate/);
    await assert.rejects(
      loadTrustAnchors(join(dir, "missing.pem")),
      /trusted certificates file .*no such file/,
    );
  });

  it("never show a key in an error", async () => {
    const secretLines = certificate.keyPem.split("\n").slice(1, -2);
    const text = (await failure("cert.pem", "damaged-key.pem")) + (await failure("key.pem", "key.pem"));
    for (const line of secretLines) assert.ok(!text.includes(line));
  });
});
