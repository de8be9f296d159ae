import { bgpdumpSkipCauses, writeBgpdumpLines } from "@netferry/formats/files";
import {
  type CommandContext,
  EXIT_FAILED,
  EXIT_OK,
  errorText,
  formatCount,
  OperatorError,
  type OptionValues,
  type OutputStream,
  UsageError,
} from "@netferry/service/command-line";
import { plural } from "../client/format.ts";
import type { decodeCommandOptions } from "./command.ts";
import type { Converter } from "./convert.ts";
import { type Input, openInput, sniff } from "./input.ts";
import { LineOutput } from "./output.ts";
import { Progress } from "./progress.ts";

export type DecodeValues = OptionValues<typeof decodeCommandOptions>;

/** What became of an input. */
export interface Outcome {
  /** One line. */
  readonly summary: string;
  /** Something could not be decoded. */
  readonly failed: boolean;
}

interface Run {
  readonly values: DecodeValues;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Runs `netferry decode`; `stdin` is what is read without a file. */
export async function runDecode(
  context: Pick<CommandContext<typeof decodeCommandOptions>, "options" | "stdout" | "stderr"> & {
    readonly args: { readonly file: readonly string[] };
  },
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean } = process.stdin,
): Promise<number> {
  const { options: values, stdout, stderr } = context;
  const paths = context.args.file.length === 0 ? ["-"] : context.args.file;
  if (context.args.file.length === 0 && stdin.isTTY === true) {
    throw new UsageError("nothing to read: name a file, or pipe something in");
  }
  if (values.addPath.length + values.families.length > 0) {
    (await import("./context.ts")).contextOf(values); // a wrong family is told before anything is read
  }
  const run: Run = { values, stdout, stderr };
  const decoding = new Decoding(run);
  let failed = false;
  for (const path of paths) {
    const outcome = await decodeFile(path, stdin, decoding, run);
    stderr.write(`${outcome.summary}\n`);
    failed ||= outcome.failed;
  }
  return failed ? EXIT_FAILED : EXIT_OK;
}

/** What can't be opened or read is told, and the others are read all the same. */
async function decodeFile(
  path: string,
  stdin: AsyncIterable<Uint8Array>,
  decoding: Decoding,
  { stdout, stderr }: Run,
): Promise<Outcome> {
  let progress: Progress | undefined;
  try {
    const input = await openInput(path, stdin);
    progress = new Progress(input, stdout, stderr);
    const { summary, failed } = await decoding.input(input);
    return { summary: `${input.name}: ${summary}`, failed };
  } catch (error) {
    if (!(error instanceof OperatorError) || error instanceof UsageError) throw error;
    return { summary: errorText(error), failed: true };
  } finally {
    progress?.end();
  }
}

class Decoding {
  readonly #run: Run;
  /** Loaded when it is needed: with it come the codecs of every message. */
  #converter: Converter | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  async input(input: Input): Promise<Outcome> {
    const { values } = this.#run;
    const sniffed = await sniff(input);
    if (sniffed.isEmpty) return { summary: "empty", failed: false };
    const from = values.from ?? sniffed.format;
    if (from === undefined) {
      throw new UsageError(`${input.name}: can't tell what this is; give --from hex, pcap, mrt or bmp`);
    }
    const format = values.wire ? "wire" : values.format;
    if (from === "mrt" && format === "bgpdump") return mrtLines(sniffed.chunks, this.#run.stdout);
    this.#converter ??= new (await import("./convert.ts")).Converter(values, format, this.#run);
    return this.#converter.convert(from, input, sniffed.chunks);
  }
}

/** MRT as lines of `bgpdump -m`: without a look at what messages mean, as fast as it goes. */
async function mrtLines(chunks: AsyncIterable<Uint8Array>, stdout: OutputStream): Promise<Outcome> {
  const output = new LineOutput(stdout);
  const { records, lines, skipped, error } = await writeBgpdumpLines(chunks, (octets) =>
    output.octets(octets),
  );
  await output.close();
  const notes = bgpdumpSkipCauses
    .filter((cause) => skipped[cause] > 0)
    .map((cause) => `${formatCount(skipped[cause])} without lines (${cause})`);
  if (error !== undefined) notes.push(`octet ${error.offset}: ${error.text}`);
  const failed = error !== undefined || skipped.malformed > 0 || skipped["unknown-peer"] > 0;
  const counts = [plural(records, "record"), plural(lines, "line"), ...notes];
  return { summary: counts.join("; "), failed };
}
