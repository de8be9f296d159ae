import assert from "node:assert/strict";
import { test } from "node:test";
import { afiOf, decodeMessage, encodeMessage, safiOf, toHex } from "@netferry/bgp";
import {
  messagesFromExabgp,
  messageToExabgp,
  nlriToExabgp,
  parseExabgpCommand,
  readJson,
  writeJson,
} from "@netferry/formats";
import { comparable, decodingFiles, encodingScripts, neighborOf } from "./exabgp-files.ts";
import { skipWithoutData } from "./files.ts";

for (const { name, context, steps } of encodingScripts()) {
  const told = steps.filter((step) => step.json.length > 0);
  if (told.length === 0) continue;
  test(`JSON of the messages of ${name}`, () => {
    for (const { raw, json } of told) {
      const decoded = decodeMessage(raw, context);
      assert.ok(decoded.ok);
      for (const { version, value } of json) {
        const ours = messageToExabgp(decoded.message, { version, neighbor: neighborOf(value) });
        assert.deepEqual(comparable(ours), comparable(value));
        assert.deepEqual(comparable(readJson(writeJson(ours)) ?? null), comparable(value));
      }
    }
  });
}

for (const { name, context, session, steps } of encodingScripts()) {
  const commands = steps.filter((step) => step.command !== undefined);
  if (commands.length === 0) continue;
  test(`messages of the commands of ${name}`, () => {
    for (const { command = "", raw } of commands) {
      const result = parseExabgpCommand(command, session);
      assert.ok(result.ok, result.ok ? "" : `${result.problem}: ${command}`);
      assert.equal(result.messages.length, 1, command);
      assert.equal(toHex(encodeMessage(result.messages[0]!, context)), toHex(raw), command);
    }
  });
}

for (const { name, context, steps } of encodingScripts()) {
  const told = steps.filter((step) => step.json.length > 0);
  if (told.length === 0) continue;
  test(`messages of the JSON of ${name}`, () => {
    for (const { raw, json } of told) {
      for (const { value } of json) {
        const result = messagesFromExabgp(value);
        assert.ok(result.ok, result.ok ? "" : result.problem);
        assert.equal(result.messages.length, 1);
        assert.equal(toHex(encodeMessage(result.messages[0]!, context)), toHex(raw));
      }
    }
  });
}

const AFI_LINK_STATE = 16388;
const SAFI_SR_POLICY = 73;

for (const { name, kind, family, bytes, json } of decodingFiles()) {
  test(`JSON of ${name}`, () => {
    if (kind === "nlri") {
      assert.ok(family !== undefined);
      assert.deepEqual(comparable(nlriToExabgp(family, { bytes }, 4, undefined)), comparable(json));
      return;
    }
    const decoded = decodeMessage(bytes);
    assert.ok(decoded.ok);
    const ours = messageToExabgp(decoded.message, { version: 4, neighbor: neighborOf(json) });
    assert.deepEqual(comparable(ours), comparable(json));
  });

  // The JSON of these does not tell all.
  if (family !== undefined && (afiOf(family) === AFI_LINK_STATE || safiOf(family) === SAFI_SR_POLICY))
    continue;
  test(`message of the JSON of ${name}`, () => {
    const decoded = decodeMessage(bytes);
    assert.ok(decoded.ok);
    const options = { version: 4, neighbor: neighborOf(json) } as const;
    const ours = messageToExabgp(decoded.message, options);
    const result = messagesFromExabgp(ours);
    assert.ok(result.ok, result.ok ? "" : result.problem);
    const [message] = result.messages;
    assert.ok(message);
    const again = decodeMessage(encodeMessage(message));
    assert.ok(again.ok);
    assert.deepEqual(comparable(messageToExabgp(again.message, options)), comparable(ours));
  });
}

test("files of ExaBGP are there to be compared with", { skip: skipWithoutData }, () => {
  assert.equal(encodingScripts().length > 0 && decodingFiles().length > 0, true);
});
