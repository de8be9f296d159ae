import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { socketErrorText } from "./socket-error.ts";

const TARGET = { host: "2001:db8::1", port: 179, localAddress: "2001:db8::2" };

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

const TEXTS: readonly (readonly [string, RegExp])[] = [
  ["ECONNREFUSED", /^connection refused by \[2001:db8::1\]:179; is it listening there\?$/],
  ["EADDRNOTAVAIL", /^2001:db8::2 is not an address of this machine/],
  ["EADDRINUSE", /^no free port is left on 2001:db8::2/],
  ["EINVAL", /^2001:db8::2 cannot reach \[2001:db8::1\]:179/],
  ["EHOSTUNREACH", /^no route to \[2001:db8::1\]:179 \(EHOSTUNREACH\)$/],
  ["ENETUNREACH", /^no route to .*ENETUNREACH/],
  ["ETIMEDOUT", /^no answer from \[2001:db8::1\]:179/],
  ["ENOTFOUND", /^no address for host name 2001:db8::1/],
  ["EMFILE", /^too many open files; raise the limit/],
  ["ECONNRESET", /^ECONNRESET \(\[2001:db8::1\]:179\)$/],
];

describe("socketErrorText", () => {
  for (const [code, text] of TEXTS) {
    it(`explains ${code}`, () => assert.match(socketErrorText(failure(code), TARGET), text));
  }

  it("says what there is without a code or a target", () => {
    assert.equal(socketErrorText(new Error("odd"), TARGET), "odd");
    assert.equal(socketErrorText(failure("EPIPE")), "EPIPE");
    assert.match(
      socketErrorText(failure("EADDRNOTAVAIL"), { host: "192.0.2.1", port: 179 }),
      /no local address or port is left/,
    );
  });
});
