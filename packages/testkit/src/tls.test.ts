import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, createServer } from "node:tls";
import { loopbackCertificate } from "./tls.ts";

describe("loopbackCertificate", () => {
  it("serves clients that trust it, by name and by address", async () => {
    const { certPem, keyPem } = await loopbackCertificate({ names: ["ingest.test"] });
    const server = createServer({ cert: certPem, key: keyPem }, (socket) => socket.end("hello"));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    for (const servername of ["localhost", "ingest.test", ""]) {
      const text = await new Promise<string>((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port: address.port, ca: certPem, servername });
        socket.on("error", reject);
        socket.on("data", (chunk) => resolve(chunk.toString()));
      });
      assert.equal(text, "hello");
    }
    server.close();
  });
});
