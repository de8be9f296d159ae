import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "../bytes.ts";
import { encodeUtf8 } from "../utf8.ts";
import { type NotificationMessage, notificationText, shutdownCommunication } from "./notification.ts";

function notification(
  code: number,
  subcode: number,
  data: Uint8Array = new Uint8Array(0),
): NotificationMessage {
  return { type: "notification", code, subcode, data };
}

/** The data of a shutdown communication, RFC 9003 section 2. */
function communication(text: string): Uint8Array {
  const octets = encodeUtf8(text);
  return Uint8Array.of(octets.length, ...octets);
}

test("NOTIFICATIONs in one line", () => {
  const cases: readonly (readonly [NotificationMessage, string])[] = [
    [notification(4, 0), "Hold Timer Expired"],
    [notification(6, 2), "Cease / Administrative Shutdown"],
    [notification(6, 2, communication("maintenance")), 'Cease / Administrative Shutdown: "maintenance"'],
    [notification(6, 4, communication("blåbær")), 'Cease / Administrative Reset: "blåbær"'],
    [notification(6, 2, Uint8Array.of(0)), "Cease / Administrative Shutdown"],
    [notification(2, 2), "OPEN Message Error / Bad Peer AS"],
    [notification(2, 11), "OPEN Message Error / Role Mismatch"],
    [notification(5, 3), "Finite State Machine Error / Unexpected Message in Established"],
    [notification(8, 0), "Send Hold Timer Expired"],
    [notification(7, 1), "ROUTE-REFRESH Message Error / Invalid Message Length"],
    [
      notification(3, 1, Uint8Array.of(1, 0xab)),
      "UPDATE Message Error / Malformed Attribute List, data 01ab",
    ],
    [notification(6, 99), "Cease / subcode 99"],
    [notification(99, 1), "Error 99 / subcode 1"],
    [notification(4, 7), "Hold Timer Expired / subcode 7"],
  ];
  for (const [message, text] of cases) assert.equal(notificationText(message), text);
});

test("a communication of the other kinds of Cease is data", () => {
  assert.equal(
    notificationText(notification(6, 3, communication("x"))),
    "Cease / Peer De-configured, data 0178",
  );
});

test("a Hard Reset shows what it encloses", () => {
  const cases: readonly (readonly [hex: string, text: string])[] = [
    ["", "Cease / Hard Reset"],
    ["06", "Cease / Hard Reset"],
    ["0602", "Cease / Hard Reset: Cease / Administrative Shutdown"],
    ["06020268 69", 'Cease / Hard Reset: Cease / Administrative Shutdown: "hi"'],
    ["060906090609", "Cease / Hard Reset: Cease / Hard Reset, data 06090609"],
  ];
  for (const [hex, text] of cases) {
    assert.equal(notificationText(notification(6, 9, fromHex(hex) ?? new Uint8Array())), text);
  }
});

test("a malformed communication is told with its octets", () => {
  const wrongLength = notification(6, 2, Uint8Array.of(5, 0x61));
  assert.deepEqual(shutdownCommunication(wrongLength), {
    ok: false,
    problem: "length 5 but 1 octets",
    data: wrongLength.data,
  });
  assert.equal(
    notificationText(notification(6, 2, Uint8Array.of(2, 0x61, 0xff))),
    "Cease / Administrative Shutdown: malformed shutdown communication (not UTF-8), data 0261ff",
  );
  assert.match(notificationText(notification(6, 2, Uint8Array.of(0, 0x61))), /length 0 but 1 octets/);
});

test("what the peer writes stays in its line and in its direction", () => {
  const text = notificationText(notification(6, 2, communication('a\nb\u001b[2J\u202e"\u009b\u2028')));
  assert.equal(text, 'Cease / Administrative Shutdown: "a\\nb\\u001b[2J\\u202e\\"\\u009b\\u2028"');
});

test("long data is cut", () => {
  const text = notificationText(notification(3, 1, new Uint8Array(4000)));
  assert.ok(text.length < 250);
  assert.match(text, /00\.\.\.$/);
});
