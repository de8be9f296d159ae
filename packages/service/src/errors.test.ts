import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorCode, errorText, MAX_ERROR_CAUSES, MAX_ERROR_TEXT, oneLine, OperatorError } from "./errors.ts";

describe("the text of an error", () => {
  it("has the causes behind the message, each once", () => {
    const inner = new Error("connect ECONNREFUSED 127.0.0.1:443");
    const middle = new Error("no control stream: connect ECONNREFUSED 127.0.0.1:443", { cause: inner });
    assert.equal(
      errorText(new Error("agent stopped", { cause: middle })),
      "agent stopped: no control stream: connect ECONNREFUSED 127.0.0.1:443",
    );
  });

  it("leaves out the causes of a message that is complete", () => {
    const cause = new Error("EADDRINUSE");
    assert.equal(errorText(new OperatorError("port in use", { cause, complete: true })), "port in use");
    assert.equal(errorText(new OperatorError("port in use", { cause })), "port in use: EADDRINUSE");
  });

  it("is one line without control characters", () => {
    assert.equal(errorText(new Error("a\nb\r\u001b[31mc\u0085\u2028")), "a\\nb\\r\\u001b[31mc\\u0085\\u2028");
  });

  it("is found in what has no message", () => {
    const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" });
    assert.equal(errorText(refused), "ECONNREFUSED");
    assert.equal(errorText(new AggregateError([new Error("a"), new Error("b")])), "a, b");
    assert.equal(errorText(new RangeError("")), "RangeError");
    assert.equal(errorText("text"), "text");
    assert.equal(errorText({ a: 1 }), '{"a":1}');
    assert.equal(errorText(undefined), "");
  });

  it("is bounded, also where causes go in a circle", () => {
    assert.equal(errorText(new Error("x".repeat(1e6))).length, MAX_ERROR_TEXT + 3);
    const circle = new Error("round");
    circle.cause = new Error("and round", { cause: circle });
    assert.equal(errorText(circle), "round: and round");
    let deep = new Error("0");
    for (let index = 1; index < 100; index += 1) deep = new Error(`level ${index} `, { cause: deep });
    assert.equal(errorText(deep).split(": ").length, MAX_ERROR_CAUSES);
  });
});

it("the code of a system error is found, and nothing else is taken for one", () => {
  assert.equal(errorCode(Object.assign(new Error("x"), { code: "EPIPE" })), "EPIPE");
  assert.equal(errorCode(Object.assign(new Error("x"), { code: 14 })), undefined);
  assert.equal(errorCode("EPIPE"), undefined);
  assert.equal(errorCode(null), undefined);
});

it("plain text stays as it is on one line", () => {
  assert.equal(oneLine("Zürich [::1] 日本"), "Zürich [::1] 日本");
});
