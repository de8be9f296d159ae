import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { BrokenPipeError, isBrokenPipe, writeText } from "./broken-pipe.ts";

describe("writing", () => {
  it("waits while the stream is full", async () => {
    const releases: (() => void)[] = [];
    const stream = new Writable({
      highWaterMark: 4,
      write: (_chunk, _encoding, done) => releases.push(done),
    });
    let written = false;
    const writing = writeText(stream, "12345").then(() => {
      written = true;
      return written;
    });
    await new Promise(setImmediate);
    assert.equal(written, false);
    releases[0]?.();
    assert.equal(await writing, true);
    assert.equal(
      stream.listenerCount("drain") + stream.listenerCount("close") + stream.listenerCount("error"),
      0,
    );
  });

  it("ends with a broken pipe when the reader goes away meanwhile, or is gone", async () => {
    const stream = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
    });
    await assert.rejects(writeText(stream, "12345"), BrokenPipeError);
    await assert.rejects(writeText(stream, "12345"), BrokenPipeError);
  });

  it("passes other errors on", async () => {
    const stream = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(new Error("disk full")),
    });
    await assert.rejects(writeText(stream, "12345"), /disk full/);
  });

  it("knows a broken pipe by its code", () => {
    assert.equal(isBrokenPipe(Object.assign(new Error("x"), { code: "EPIPE" })), true);
    assert.equal(isBrokenPipe(new Error("EPIPE")), false);
  });
});

it("a command with endless output ends quietly when its reader has had enough", async () => {
  const program = new URL("../options/program.ts", import.meta.url).href;
  const command = new URL("../options/command.ts", import.meta.url).href;
  const pipe = new URL("./broken-pipe.ts", import.meta.url).href;
  const code = `import { runProgram } from "${program}"; import { defineCommand } from "${command}";
    import { writeText } from "${pipe}";
    const endless = defineCommand({ name: "endless", summary: "writes", run: async ({ stdout }) => {
      for (let line = 0; ; line += 1) await writeText(stdout, line + "\\n");
    } });
    process.exitCode = await runProgram({ name: "x", version: "1", commands: [endless], argv: ["endless"] });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const exit = await new Promise((resolve) => {
    child.on("close", resolve);
  });
  assert.deepEqual([exit, stderr], [0, ""]);
});
