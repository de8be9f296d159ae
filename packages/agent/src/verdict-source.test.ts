import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { VerdictOutcome } from "@netferry/relay";
import { createLogger } from "@netferry/service";
import { CapturedStream, ManualClock } from "@netferry/service/testing";
import { VerdictSource } from "./verdict-source.ts";
import { VerdictCache } from "./verdicts.ts";
import { BLOCK } from "./testing/verdicts.ts";

const ENDS = {
  deviceIp: "2001:db8::1",
  devicePort: 49285,
  proxyIp: "2001:db8::2",
  proxyPort: 179,
  sessionId: "904e3b00-d6c5-4b2c-b40a-67b0b4f128a8",
};

describe("asking for verdicts", () => {
  let clock: ManualClock;
  let cache: VerdictCache;
  let stream: CapturedStream;
  /** Answers in turn; a "void" one is followed at once by a change of the registry. */
  let answers: ("void" | VerdictOutcome | undefined)[];
  let source: VerdictSource;
  beforeEach(() => {
    clock = new ManualClock();
    cache = new VerdictCache(() => clock.monotonic());
    stream = new CapturedStream();
    answers = [];
    const ask = (): Promise<VerdictOutcome | undefined> => {
      const answer = answers.shift();
      if (answer !== undefined) cache.remember(ENDS.deviceIp, answer === "void" ? BLOCK : answer);
      if (answer === "void") cache.forget(ENDS.deviceIp);
      return Promise.resolve(answer === "void" ? BLOCK : answer);
    };
    source = new VerdictSource(cache, { ask }, clock, createLogger({ destination: stream }));
  });

  it("logs a denial with the documented fields, and counts it by cause", async () => {
    answers = [BLOCK];
    assert.equal(await source.ask(ENDS), BLOCK);
    const { msg, level, component, device_ip, sessid, ttl_counter, ttl_seconds, ...line } = JSON.parse(
      stream.text,
    ) as Record<string, unknown>;
    assert.deepEqual(
      [msg, level, component, device_ip, sessid, ttl_counter, ttl_seconds],
      [
        "Deny-listed an INVALID / UNKNOWN device",
        "warn",
        "proxy/client-data",
        "2001:db8::1",
        ENDS.sessionId,
        0,
        1_200,
      ],
    );
    assert.equal(line["local-addr"], "[2001:db8::2]:179");
    assert.equal(line["peer-addr"], "[2001:db8::1]:49285");
    assert.equal(line["service"], "netferry-agent");
    assert.equal(line["reason"], "who?");
    assert.deepEqual(source.denied, {
      "unknown-device": 1,
      "ambiguous-address": 0,
      "not-peering": 0,
      other: 0,
    });
    assert.equal(source.known(ENDS.deviceIp), BLOCK);
  });

  it("asks again where the registry changed under the answer, and gives up on a registry that never rests", async () => {
    answers = ["void", "void", BLOCK];
    assert.equal(await source.ask(ENDS), BLOCK);
    cache.clear();
    answers = ["void", "void", "void", BLOCK];
    assert.equal(await source.ask(ENDS), undefined);
    assert.equal(answers.length, 1);
    answers = [undefined, BLOCK];
    assert.equal(await source.ask(ENDS), undefined);
  });

  it("writes so many lines about denials and no more; what is left out is counted in the next one", async () => {
    for (let n = 0; n < 150; n += 1) {
      answers = [BLOCK];
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await source.ask(ENDS);
    }
    assert.equal(stream.lines.length, 100);
    clock.advance(1_000);
    answers = [BLOCK];
    await source.ask(ENDS);
    assert.match(stream.lines.at(-1) ?? "", /"suppressed":50/);
    assert.equal(source.denied["unknown-device"], 151);
  });
});
