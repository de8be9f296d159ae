import assert from "node:assert/strict";
import { test } from "node:test";
import { LAST_USED_RESOLUTION_MS } from "../accounts.ts";
import { ConflictError, InvalidError, NotFoundError, StoreError } from "../errors.ts";
import { MAX_TOKEN_LENGTH } from "../limits.ts";
import { bench, START } from "./fixture.ts";
import type { OpenRegistry } from "./fixture.ts";

/** What any registry must do with accounts and settings. */
export function accountCompliance(open: OpenRegistry): void {
  test("a token verifies its own account alone", () => {
    using at = bench(open);
    const one = at.registry.addAccount("One@example.net");
    const two = at.registry.addAccount("two@example.net");
    assert.match(one.token, /^[A-Za-z0-9_-]{43}$/);
    assert.notEqual(one.token, two.token);
    assert.equal(at.registry.verify("one@EXAMPLE.net", one.token)?.id, one.account.id);
    assert.equal(at.registry.verify("two@example.net", two.token)?.email, "two@example.net");
    assert.equal(at.registry.verify("one@example.net", two.token), undefined);
    assert.equal(at.registry.verify("three@example.net", one.token), undefined);
    for (const wrong of ["", one.token.slice(0, -1), `${one.token}A`, "x".repeat(MAX_TOKEN_LENGTH + 1)]) {
      assert.equal(at.registry.verify("one@example.net", wrong), undefined);
    }
  });

  test("accounts are listed without anything of their tokens", () => {
    using at = bench(open);
    const { account, token } = at.registry.addAccount("one@example.net");
    assert.deepEqual(at.registry.accounts(), [account]);
    assert.deepEqual(account, {
      id: account.id,
      email: "one@example.net",
      createdAt: new Date(START).toISOString(),
    });
    assert.doesNotMatch(JSON.stringify(at.registry.accounts()), new RegExp(token.slice(0, 8), "u"));
  });

  test("a new token makes the old one wrong, and a removed account has none", () => {
    using at = bench(open);
    const { token: old } = at.registry.addAccount("one@example.net");
    assert.ok(at.registry.verify("one@example.net", old));
    const { token: fresh } = at.registry.rotateToken("ONE@example.net");
    assert.equal(at.registry.verify("one@example.net", old), undefined);
    assert.ok(at.registry.verify("one@example.net", fresh));
    assert.equal(at.registry.removeAccount("one@example.net").email, "one@example.net");
    assert.equal(at.registry.verify("one@example.net", fresh), undefined);
    assert.throws(() => at.registry.removeAccount("one@example.net"), NotFoundError);
    assert.throws(() => at.registry.rotateToken("one@example.net"), NotFoundError);
    assert.deepEqual(at.registry.accounts(), []);
  });

  test("an email is one, once, and there is room for so many", () => {
    using at = bench(open, { accounts: 1 });
    for (const wrong of [
      "",
      "one",
      "one@",
      "@example.net",
      "a b@example.net",
      "a\n@example.net",
      "a@b@c",
      `${"x".repeat(251)}@a.b`,
    ]) {
      assert.throws(() => at.registry.addAccount(wrong), InvalidError, JSON.stringify(wrong));
    }
    at.registry.addAccount("one+relay@example.net");
    assert.throws(() => at.registry.addAccount("ONE+relay@example.net"), ConflictError);
    assert.throws(() => at.registry.addAccount("two@example.net"), ConflictError);
  });

  test("the last use is noted, no more often than its resolution", () => {
    using at = bench(open);
    const { token } = at.registry.addAccount("one@example.net");
    const lastUsed = (): string | undefined => at.registry.accounts()[0]?.lastUsedAt;
    assert.equal(at.registry.verify("one@example.net", "wrong"), undefined);
    assert.equal(lastUsed(), undefined);
    const first = new Date(START).toISOString();
    assert.equal(at.registry.verify("one@example.net", token)?.lastUsedAt, first);
    assert.equal(lastUsed(), first);
    at.now += LAST_USED_RESOLUTION_MS - 1;
    at.registry.verify("one@example.net", token);
    assert.equal(lastUsed(), first);
    at.now += 1;
    at.registry.verify("one@example.net", token);
    assert.equal(lastUsed(), new Date(START + LAST_USED_RESOLUTION_MS).toISOString());
  });

  test("settings are kept, replaced and taken away", () => {
    using at = bench(open, { settings: 2 });
    assert.equal(at.registry.setting("instance"), undefined);
    at.registry.setSetting("instance", "one");
    at.registry.setSetting("instance", "two");
    assert.equal(at.registry.setting("instance"), "two");
    at.registry.setSetting("router-id", "");
    assert.equal(at.registry.setting("router-id"), "");
    assert.throws(() => at.registry.setSetting("third", "x"), ConflictError);
    at.registry.setSetting("instance", "three");
    at.registry.setSetting("instance", undefined);
    assert.equal(at.registry.setting("instance"), undefined);
    at.registry.setSetting("third", "x");
    assert.throws(() => at.registry.setSetting("a b", "x"), InvalidError);
    assert.throws(() => at.registry.setSetting("third", "x".repeat(5000)), InvalidError);
  });

  test("a closed registry says so, and closes again without harm", () => {
    using at = bench(open);
    at.registry.close();
    assert.throws(() => at.registry.devices(), StoreError);
    assert.throws(() => at.registry.verify("one@example.net", "x"), StoreError);
    at.registry.close();
  });
}
