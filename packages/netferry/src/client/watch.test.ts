import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { describe, it } from "node:test";
import { OperatorError } from "@netferry/service/command-line";
import { type Look, watch } from "./watch.ts";

/** A terminal's keyboard. */
class Keys extends PassThrough {
  readonly isTTY = true;
  raw = false;

  setRawMode(on: boolean): void {
    this.raw = on;
  }
}

class Output extends Writable {
  readonly isTTY: boolean;
  columns = 60;
  readonly rows = 10;
  text = "";
  #onText: (text: string) => void;

  constructor(isTTY: boolean, onText: (text: string) => void = () => undefined) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.#onText = onText;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
    this.#onText(this.text);
  }
}

const SETTINGS = { json: false, intervalMs: 5, now: () => Date.UTC(2026, 0, 1) };
const AWAY = new OperatorError("nothing listens there", { complete: true });

/** Looks that find these, one after the other, and then the last for ever. */
function looks(...found: (string | Error)[]): () => () => Promise<Look> {
  let index = -1;
  return () => () => {
    index = Math.min(index + 1, found.length - 1);
    const text = found[index];
    if (text instanceof Error) return Promise.reject(text);
    return Promise.resolve({ json: { text }, lines: () => [text ?? ""] });
  };
}

/** Shows how wide it is told to be. */
function showColumns(): () => Promise<Look> {
  return () => Promise.resolve({ json: {}, lines: ({ columns }) => [String(columns)] });
}

function never(): AbortSignal {
  return new AbortController().signal;
}

describe("a watch on a terminal", () => {
  for (const key of ["q", "\u0003"]) {
    it(`ends with ${JSON.stringify(key)}, and leaves the terminal as it was`, async () => {
      const stdin = new Keys();
      const signals = process.listenerCount("SIGINT");
      const stdout = new Output(true, (text) => {
        assert.equal(stdin.raw, true);
        if (text.includes("second")) stdin.write(key);
      });
      await watch(looks("first", "second"), SETTINGS, { stdin, stdout, signal: never() });
      assert.equal(stdout.text, "first\n\u001b[1A\r\u001b[0Jsecond\n");
      assert.equal(stdin.raw, false);
      assert.equal(process.listenerCount("SIGINT"), signals);
      assert.equal(stdout.listenerCount("resize"), 0);
    });
  }

  it("keeps what was seen last under one line while nobody answers, and goes on", async () => {
    const stdin = new Keys();
    const stdout = new Output(true, (text) => {
      if (text.includes("back")) stdin.write("q");
    });
    await watch(looks("there", AWAY, "back"), SETTINGS, { stdin, stdout, signal: never() });
    assert.deepEqual(stdout.text.split(/\u001b\[\dA\r\u001b\[0J/), [
      // oxlint-disable-line no-control-regex
      "there\n",
      "00:00:00 below is what was 0s ago: nothing listens there\nthere\n",
      "back\n",
    ]);
  });

  it("is drawn anew when the terminal's size changes", async () => {
    const stdin = new Keys();
    const stdout = new Output(true, (text) => {
      if (text.endsWith("60\n")) {
        stdout.columns = 30;
        stdout.emit("resize");
      } else if (text.includes("30")) {
        stdin.write("q");
      }
    });
    const settings = { ...SETTINGS, intervalMs: 60_000 };
    await watch(showColumns, settings, { stdin, stdout, signal: never() });
    assert.match(stdout.text, /^60\n.*30\n$/s);
  });
});

describe("a watch elsewhere", () => {
  it("writes blocks under their times, and one line for an absence", async () => {
    const stop = new AbortController();
    const stdout = new Output(false, (text) => {
      if (text.includes("back")) stop.abort();
    });
    const found = looks("there", AWAY, AWAY, AWAY, "back");
    await watch(found, SETTINGS, { stdin: new PassThrough(), stdout, signal: stop.signal });
    const time = "2026-01-01T00:00:00.000Z";
    assert.equal(
      stdout.text,
      `${time}\nthere\n\n${time} nothing listens there; it is waited for\n${time}\nback\n\n`,
    );
  });

  it("ends with what will not change: a mistake of the program's own, a refusal", async () => {
    const stdout = new Output(false);
    const streams = { stdin: new PassThrough(), stdout, signal: never() };
    await assert.rejects(watch(looks(new TypeError("broken")), SETTINGS, streams), /broken/);
    assert.equal(stdout.text, "");
  });
});
