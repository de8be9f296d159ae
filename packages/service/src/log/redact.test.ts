import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  isSecretKey,
  MAX_LOG_ENTRIES,
  MAX_LOG_OCTETS,
  MAX_LOG_STRING,
  MAX_REDACTED_VALUES,
  REDACTED,
  Redactor,
} from "./redact.ts";

describe("secret keys", () => {
  it("are known in every spelling", () => {
    for (const key of [
      "token",
      "password",
      "md5Key",
      "md5_key",
      "x-ch-auth-api-token",
      "Authorization",
      "Proxy-Authorization",
      "KENTIK_API_TOKEN",
      "accountToken",
      "privateKey",
      "set-cookie",
    ]) {
      assert.equal(isSecretKey(key), true, key);
    }
  });

  it("are not what only resembles them", () => {
    for (const key of ["tokens", "tokenCount", "email", "key", "md5KeyPresent", "passwordless", "device"]) {
      assert.equal(isSecretKey(key), false, key);
    }
  });

  it("hide their values at any depth, whatever these are", () => {
    const clean = new Redactor().value({
      a: [{ b: new Map([["token", "t1"]]) }],
      authorization: ["Bearer t2"],
      headers: { "X-CH-Auth-API-Token": { nested: "t3" }, md5Key: 12_345 },
    });
    const text = JSON.stringify(clean);
    assert.doesNotMatch(text, /t1|t2|t3|12345/);
    assert.equal(text.split(REDACTED).length, 5);
  });

  it("tell whether there is a value", () => {
    const clean = new Redactor().value({ token: "", md5Key: undefined, password: null, secret: false });
    assert.deepEqual(clean, { token: "", md5Key: undefined, password: null, secret: false });
  });
});

describe("registered secrets", () => {
  it("are replaced inside texts, in each form in which they may stand there", () => {
    const redactor = new Redactor();
    redactor.add('se"c/ret\\1');
    for (const text of [
      'plain se"c/ret\\1 text',
      `as JSON ${JSON.stringify('se"c/ret\\1')}`,
      `in a URL ?t=${encodeURIComponent('se"c/ret\\1')}&x`,
    ]) {
      const clean = redactor.text(text);
      assert.doesNotMatch(clean, /ret/, clean);
      assert.match(clean, /\[redacted\]/);
    }
  });

  it("are replaced in errors, causes, keys, lists and what toJSON gives", () => {
    const redactor = new Redactor();
    redactor.add("hunter2-long");
    const clean = redactor.value({
      err: new Error("outer", { cause: new Error("bad token hunter2-long") }),
      list: ["hunter2-long"],
      "key hunter2-long": 1,
      url: new URL("https://example.net/?a=hunter2-long"),
      set: new Set(["hunter2-long"]),
    });
    assert.doesNotMatch(JSON.stringify(clean), /hunter2/);
  });

  it("that are short are replaced as words only", () => {
    const redactor = new Redactor();
    redactor.add("abc");
    assert.equal(redactor.text("key abc, fabcd, abc"), `key ${REDACTED}, fabcd, ${REDACTED}`);
    redactor.add("$1.");
    assert.equal(redactor.text("a $1. b"), `a ${REDACTED} b`);
  });

  it("are shown again when all who registered them took that back", () => {
    const redactor = new Redactor();
    const first = redactor.add("long-secret");
    const second = redactor.add("long-secret");
    first();
    first();
    assert.equal(redactor.text("long-secret"), REDACTED);
    second();
    assert.equal(redactor.text("long-secret"), "long-secret");
  });

  it("are bounded in number, and the bound is counted", () => {
    const redactor = new Redactor();
    for (let index = 0; index <= MAX_REDACTED_VALUES; index += 1) redactor.add(`secret-${index}-`);
    assert.equal(redactor.forgottenEarly, 1);
    assert.equal(redactor.text("secret-0-"), "secret-0-");
    assert.equal(redactor.text(`secret-${MAX_REDACTED_VALUES}-`), REDACTED);
  });

  it("never come through, for any secret of six characters or more", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 30 }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const redactor = new Redactor();
          redactor.add(secret);
          fc.pre(!REDACTED.includes(secret));
          const clean = redactor.value({ x: [`${before}${secret}${after}`] });
          const text = (clean as { x: string[] }).x.join("");
          // The pieces around the replacement may happen to spell the secret anew.
          assert.ok(!text.split(REDACTED).some((piece) => piece.includes(secret)));
        },
      ),
    );
  });
});

it("passwords inside URLs are replaced without being registered", () => {
  const redactor = new Redactor();
  assert.equal(
    redactor.text("via http://joe:pa55@proxy:3128 and https://host:443/a@b"),
    `via http://joe:${REDACTED}@proxy:3128 and https://host:443/a@b`,
  );
});

describe("values of every kind", () => {
  it("become plain JSON data", () => {
    const clean = new Redactor().value({
      big: 12n,
      nan: Number.NaN,
      date: new Date(0),
      bytes: new Uint8Array([1, 255]),
      fn: () => {},
      hole: [undefined, null],
    });
    assert.deepEqual(clean, {
      big: "12",
      nan: "NaN",
      date: "1970-01-01T00:00:00.000Z",
      bytes: "01ff",
      fn: undefined,
      hole: [null, null],
    });
  });

  it("are bounded", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const clean = new Redactor().value({
      long: "x".repeat(MAX_LOG_STRING + 5),
      list: Array.from({ length: MAX_LOG_ENTRIES + 3 }, () => 0),
      object: Object.fromEntries(Array.from({ length: MAX_LOG_ENTRIES + 2 }, (_, index) => [`k${index}`, 0])),
      bytes: new Uint8Array(MAX_LOG_OCTETS + 1),
      circle,
    }) as Record<string, string & unknown[] & Record<string, unknown>>;
    assert.match(clean["long"] ?? "", /\.\.\. \(5 more\)$/);
    assert.equal(clean["list"]?.at(-1), "... (3 more)");
    assert.equal(clean["object"]?.["..."], "2 more");
    assert.match(clean["bytes"] ?? "", /\.\.\. \(1 more octets\)$/);
    assert.match(JSON.stringify(clean["circle"]), /nested too deeply/);
  });

  it("that throw when read are told of, not thrown", () => {
    const hostile = {
      get trap(): string {
        throw new Error("no");
      },
    };
    assert.equal(new Redactor().value(hostile), "[unreadable: no]");
  });

  it("whatever they are, never throw and always give JSON", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
        (value) => {
          JSON.stringify(new Redactor().value({ value }));
        },
      ),
    );
  });
});
