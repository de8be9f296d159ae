import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMemoryRegistry, StoreError } from "@netferry/registry";
import { createLogger } from "@netferry/service";
import { CapturedStream } from "@netferry/service/testing";
import { admit } from "../devices/admission.ts";
import { verdictOf } from "./verdict.ts";

const AT = { address: "192.0.2.1", siteId: 0, wantsMd5Key: true };

describe("the verdict on an address", () => {
  const stream = new CapturedStream();
  const logger = createLogger({ destination: stream });
  const registry = createMemoryRegistry();
  const refused: [number, string][] = [];
  const admissions = {
    admit: (address: string, siteId: number) => admit(registry, address, siteId),
    refused: (deviceId: number, text: string) => void refused.push([deviceId, text]),
  };
  registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"], md5Key: "of-r1" });
  registry.addDevice({ name: "r2", asn: 65002, addresses: ["192.0.2.2"] });

  it("has the device's MD5 key for an agent that wants it, and never else", () => {
    const wanted = verdictOf(AT, admissions, registry, logger);
    assert.ok(wanted.kind === "allow");
    assert.equal(Buffer.from(wanted.md5Key).toString(), "of-r1");
    assert.equal(wanted.md5Required, true);
    const unwanted = verdictOf({ ...AT, wantsMd5Key: false }, admissions, registry, logger);
    assert.ok(unwanted.kind === "allow");
    assert.deepEqual([unwanted.md5Key.length, unwanted.md5Required], [0, true]);
    // That agent will refuse the connection: here is where an operator looks.
    const [[deviceId, text] = [0, ""], ...more] = refused;
    assert.deepEqual([deviceId, more], [unwanted.deviceId, []]);
    assert.match(
      text,
      /its agent does not check signatures; .*--enable-md5-support.*set r1 --unset md5-key$/,
    );
    const keyless = verdictOf({ ...AT, address: "192.0.2.2" }, admissions, registry, logger);
    assert.ok(keyless.kind === "allow");
    assert.deepEqual([keyless.md5Key.length, keyless.md5Required], [0, false]);
  });

  it("names the device in what the agent shall echo", () => {
    const verdict = verdictOf(AT, admissions, registry, logger);
    assert.ok(verdict.kind === "allow");
    assert.deepEqual([...verdict.metadata], [["device-id", String(verdict.deviceId)]]);
  });

  it("blocks what is unknown, and a device whose key can't be read, for a short time and with the remedy", () => {
    const unknown = verdictOf({ ...AT, address: "192.0.2.9" }, admissions, registry, logger);
    assert.ok(unknown.kind === "block" && unknown.ttlSeconds === 1_200);
    const broken = {
      md5Key: (): Uint8Array => {
        throw new StoreError("MD5 key of device 1 is damaged");
      },
    };
    const verdict = verdictOf(AT, admissions, broken, logger);
    assert.ok(verdict.kind === "block" && verdict.ttlSeconds === 60);
    assert.match(
      verdict.reason,
      /device r1 can't be read; set it again: netferry device set r1 --md5-key-file/,
    );
    assert.match(stream.text, /MD5 key of device 1 is damaged/);
  });
});
