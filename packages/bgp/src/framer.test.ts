import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex } from "./bytes.ts";
import type { ProtocolError } from "./errors.ts";
import { iterateMessages, messageEnd, MessageFramer } from "./framer.ts";

const MAX = 4096;

function message(length: number, type = 2): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xff, 0, 16);
  bytes[16] = length >>> 8;
  bytes[17] = length;
  bytes[18] = type;
  for (let at = 19; at < length; at++) bytes[at] = at;
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Everything that comes out of a framer when the stream is cut at these places. */
function frame(
  stream: Uint8Array,
  cuts: readonly number[],
): { messages: Uint8Array[]; error: ProtocolError | undefined; remainder: Uint8Array } {
  const framer = new MessageFramer({ maxMessageLength: MAX });
  const edges = [0, ...[...cuts].sort((a, b) => a - b), stream.length];
  const messages: Uint8Array[] = [];
  let error: ProtocolError | undefined;
  for (let i = 1; i < edges.length; i++) {
    const framed = framer.push(stream.slice(edges[i - 1], edges[i]));
    messages.push(...iterateMessages(framed.messages));
    error = framed.error;
    assert.ok(framer.buffered < MAX);
    assert.equal(framer.buffered, framer.remainder().length);
  }
  return { messages, error, remainder: framer.remainder() };
}

const lengths = fc.array(fc.oneof(fc.integer({ min: 19, max: 40 }), fc.integer({ min: 19, max: MAX })), {
  maxLength: 6,
});
const cuts = (length: number): fc.Arbitrary<number[]> => fc.array(fc.nat(length), { maxLength: 20 });

test("any chunking gives the same messages and the same remainder", () => {
  const input = fc
    .tuple(lengths, fc.nat(40))
    .map(([list, rest]) => ({
      messages: list.map((length) => message(length)),
      rest: message(60).subarray(0, rest),
    }))
    .chain((made) => {
      const stream = join([...made.messages, made.rest]);
      return fc.tuple(fc.constant(made), fc.constant(stream), cuts(stream.length));
    });
  fc.assert(
    fc.property(input, ([made, stream, places]) => {
      const framed = frame(stream, places);
      assert.equal(framed.error, undefined);
      assert.deepEqual(framed.messages, made.messages);
      assert.deepEqual(framed.remainder, made.rest);
    }),
  );
});

test("any chunking gives the messages before an error, and the same error", () => {
  const wrong = fc.oneof(
    fc.nat(15).map((at) => message(30).fill(0xfe, at, at + 1)),
    fc.constantFrom(0, 18, MAX + 1, 0xffff).map((length) =>
      message(30)
        .fill(length >>> 8, 16, 17)
        .fill(length, 17, 18),
    ),
  );
  const input = fc.tuple(lengths, wrong).chain(([list, bad]) => {
    const good = list.map((length) => message(length));
    const stream = join([...good, bad]);
    return fc.tuple(fc.constant(good), fc.constant(bad), fc.constant(stream), cuts(stream.length));
  });
  fc.assert(
    fc.property(input, ([good, bad, stream, places]) => {
      const framed = frame(stream, places);
      assert.deepEqual(framed.messages, good);
      assert.equal(framed.error?.code, 1);
      assert.equal(framed.error.subcode, bad.indexOf(0xfe) >= 0 && bad.indexOf(0xfe) < 16 ? 1 : 2);
      assert.equal(framed.remainder.length, 0);
    }),
  );
});

test("every octet by itself", () => {
  const stream = join([message(19, 4), message(23), message(300)]);
  assert.equal(frame(stream, [...stream.keys()]).messages.length, 3);
});

test("a wrong marker is noticed before the header is whole", () => {
  const framer = new MessageFramer({ maxMessageLength: MAX });
  const { messages, error } = framer.push(new TextEncoder().encode("GET /"));
  assert.equal(messages.length, 0);
  assert.ok(error !== undefined);
  assert.deepEqual([error.code, error.subcode, error.data.length], [1, 1, 0]);
  assert.match(error.text, /47 45 54 20 2f/);
});

test("a wrong length is Bad Message Length with the length as data", () => {
  for (const [hex, length] of [
    ["0012", 18],
    ["1001", 4097],
  ] as const) {
    const { error } = new MessageFramer({ maxMessageLength: MAX }).push(
      fromHex(`ffffffffffffffffffffffffffffffff${hex}02`) ?? new Uint8Array(),
    );
    assert.ok(error !== undefined);
    assert.deepEqual([error.code, error.subcode], [1, 2]);
    assert.deepEqual(error.data, Uint8Array.of(length >>> 8, length & 0xff));
  }
});

test("after an error nothing more is taken", () => {
  const framer = new MessageFramer({ maxMessageLength: MAX });
  const { error } = framer.push(Uint8Array.of(0));
  assert.ok(error !== undefined);
  assert.deepEqual(framer.push(message(19, 4)), { messages: new Uint8Array(0), error });
  assert.equal(framer.buffered, 0);
});

test("extended messages are taken once they are allowed", () => {
  const framer = new MessageFramer({ maxMessageLength: MAX });
  assert.equal(framer.push(message(29, 1)).messages.length, 29);
  framer.maxMessageLength = 65535;
  const long = message(65535);
  assert.equal(framer.push(long.subarray(0, 40_000)).messages.length, 0);
  assert.equal(framer.buffered, 40_000);
  assert.deepEqual(framer.push(long.subarray(40_000)).messages, long);
});

test("messages are views of the chunk where nothing was waiting", () => {
  const chunk = join([message(23), message(30), message(40).subarray(0, 20)]);
  const { messages } = new MessageFramer({ maxMessageLength: MAX }).push(chunk);
  assert.equal(messages.buffer, chunk.buffer);
  assert.equal(messageEnd(messages, 23), 53);
});

test("what waits is a copy", () => {
  const framer = new MessageFramer({ maxMessageLength: MAX });
  const chunk = message(30).slice(0, 25);
  framer.push(chunk);
  chunk.fill(0);
  assert.deepEqual(framer.push(message(30).subarray(25)).messages, message(30));
});
