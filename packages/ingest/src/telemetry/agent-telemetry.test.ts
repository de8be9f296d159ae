import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AgentTelemetry,
  MAX_LINES_PER_AGENT,
  MAX_OCTETS,
  MAX_OCTETS_PER_AGENT,
  MAX_SAMPLES_PER_AGENT,
  MAX_TELEMETRY_AGENTS,
} from "./agent-telemetry.ts";
import type { AgentLogLine } from "./otlp-json.ts";

function source(instance: string) {
  return { instance, hostname: "h", version: "1" };
}

function line(message: string): AgentLogLine {
  return { time: 0, level: "info", message, fields: {} };
}

describe("what is kept of agents' telemetry", () => {
  test("are the last lines of each, numbered, and the last metrics", () => {
    const kept = new AgentTelemetry(() => 5);
    const lines = Array.from({ length: MAX_LINES_PER_AGENT + 2 }, (_, i) => line(String(i)));
    kept.addLogs("e", { source: source("a"), lines, rejected: 3 });
    assert.equal(kept.lines("a").length, MAX_LINES_PER_AGENT);
    assert.deepEqual([kept.lines("a")[0]?.message, kept.lines("a")[0]?.sequence], ["2", 3]);
    const samples = Array.from({ length: MAX_SAMPLES_PER_AGENT + 1 }, () => ({
      name: "n",
      labels: {},
      value: 1,
    }));
    kept.addMetrics("e", { source: source("a"), samples, rejected: 0 });
    assert.deepEqual([kept.metrics("a")?.samples.length, kept.metrics("a")?.at], [MAX_SAMPLES_PER_AGENT, 5]);
    assert.deepEqual(kept.counters, {
      lines: MAX_LINES_PER_AGENT + 2,
      samples: MAX_SAMPLES_PER_AGENT,
      rejected: 3,
      evictedLines: 2,
      droppedSamples: 1,
      forgottenAgents: 0,
    });
  });

  test("has a bound for each agent and for all, in octets and in number", () => {
    const kept = new AgentTelemetry(() => 0);
    const large = Array.from({ length: 600 }, () => line("x".repeat(4_000)));
    for (let i = 0; i < 40; i += 1) kept.addLogs("e", { source: source(`a${i}`), lines: large, rejected: 0 });
    assert.ok(kept.octets <= MAX_OCTETS, `${kept.octets}`);
    assert.ok(kept.lines("a39").length * 4_000 <= MAX_OCTETS_PER_AGENT);
    assert.equal(kept.lines("a0").length, 0);
    for (let i = 0; i < MAX_TELEMETRY_AGENTS + 5; i += 1) {
      kept.addLogs("e", { source: source(`b${i}`), lines: [line("x")], rejected: 0 });
    }
    assert.ok(kept.agents <= MAX_TELEMETRY_AGENTS);
    assert.ok(kept.counters.forgottenAgents > 0);
  });

  test("is another account's to add to only for its own agents", () => {
    const kept = new AgentTelemetry(() => 0);
    assert.equal(kept.addLogs("e", { source: source("a"), lines: [line("x")], rejected: 0 }), true);
    assert.equal(kept.addLogs("other", { source: source("a"), lines: [line("y")], rejected: 0 }), false);
    assert.equal(kept.addMetrics("other", { source: source("a"), samples: [], rejected: 0 }), false);
    assert.deepEqual(
      kept.lines("a").map(({ message }) => message),
      ["x"],
    );
  });
});
