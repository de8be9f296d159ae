import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeMessage, toHex, UpdateScanner } from "@netferry/bgp";
import { CONTEXTS, messageOf } from "./malformed/case.ts";
import { malformedTables } from "./malformed/tables.ts";

const all = Object.values(malformedTables).flat();

test("at least 200 cases with an error, and no name twice", () => {
  assert.ok(all.filter(({ causes }) => causes.length > 0).length >= 200);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
});

for (const [table, cases] of Object.entries(malformedTables)) {
  suite(table, () => {
    for (const one of cases) {
      test(`${one.name}: ${one.is} (RFC ${one.rfc})`, () => {
        const context = CONTEXTS[one.session];
        const bytes = messageOf(one);
        const scanner = new UpdateScanner(context);
        assert.equal(scanner.scan(bytes, 0, bytes.length), one.is);
        const decoded = decodeMessage(bytes, context);
        if (!decoded.ok) {
          assert.equal(one.is, "reset", decoded.error.text);
          assert.deepEqual([decoded.error.code, decoded.error.subcode], [3, one.subcode]);
          assert.equal(toHex(decoded.error.data), (one.data ?? "").replaceAll(" ", ""));
          for (const cause of one.causes) assert.ok(scanner.counts[cause] > 0, cause);
          return;
        }
        assert.equal(decoded.disposition, one.is);
        assert.deepEqual(
          decoded.errors.map(({ cause }) => cause),
          one.causes,
        );
      });
    }
  });
}
