import { parseAddress, toHex } from "@netferry/bgp";
import { type Bgp4mpMessageRecord, encodeMrtRecord } from "@netferry/formats";
import { decompress } from "@netferry/formats/files";
import {
  type Clock,
  type CommandContext,
  EXIT_FAILED,
  EXIT_OK,
  type OptionValues,
  type OutputStream,
  systemClock,
  UsageError,
} from "@netferry/service/command-line";
import { plural } from "../client/format.ts";
import { splitLines } from "../client/json-lines.ts";
import { contextOf } from "../decode/context.ts";
import { openInput } from "../decode/input.ts";
import type { Speaker } from "../decode/item.ts";
import { hasPathIds, sessionRecord } from "../decode/mrt-record.ts";
import { LineOutput } from "../decode/output.ts";
import type { encodeCommandOptions } from "./command.ts";
import { type EncodedMessage, encodeLine, type LineDefaults, LineError } from "./line.ts";

/** Lines that are told one by one; the rest are counted. */
const MAX_TOLD = 20;
const MAX_UINT32 = 0xffff_ffff;

type EncodeValues = OptionValues<typeof encodeCommandOptions>;

/** Runs `netferry encode`; `stdin` is what is read without a file, the clock dates records without a time. */
export async function runEncode(
  context: Pick<CommandContext<typeof encodeCommandOptions>, "options" | "stdout" | "stderr"> & {
    readonly args: { readonly file: readonly string[] };
  },
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean } = process.stdin,
  clock: Clock = systemClock,
): Promise<number> {
  const { options: values, stdout, stderr } = context;
  const { file } = context.args;
  if (file.length === 0 && stdin.isTTY === true) {
    throw new UsageError("nothing to read: name a file, or pipe something in");
  }
  if (values.to === "mrt" && stdout.isTTY === true) {
    throw new UsageError("MRT is no text: send it to a file or a program, netferry encode --to mrt > FILE");
  }
  const defaults = defaultsOf(values);
  const output = new LineOutput(stdout);
  const tally = { messages: 0, failed: 0 };
  for (const path of file.length === 0 ? ["-"] : file) {
    const input = await openInput(path, stdin);
    await encodeInput(input.name, decompress(input.chunks), defaults, tally, stderr, async (encoded) => {
      if (values.to === "mrt") await output.octets(recordOf(encoded, clock));
      else await output.line(toHex(encoded.bytes));
    });
  }
  await output.close();
  const failed = tally.failed > 0 ? `; ${plural(tally.failed, "line")} without a message` : "";
  stderr.write(`${plural(tally.messages, "message")}${failed}\n`);
  return tally.failed > 0 ? EXIT_FAILED : EXIT_OK;
}

async function encodeInput(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  defaults: LineDefaults,
  tally: { messages: number; failed: number },
  stderr: OutputStream,
  write: (encoded: EncodedMessage) => Promise<void>,
): Promise<void> {
  let number = 0;
  for await (const lines of splitLines(chunks)) {
    for (const line of lines) {
      number++;
      try {
        for (const encoded of encodeLine(line, `line ${number}`, defaults)) {
          await write(encoded);
          tally.messages++;
        }
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        tally.failed++;
        if (tally.failed <= MAX_TOLD) stderr.write(`${name}: line ${number}: ${error.message}\n`);
      }
    }
  }
}

function defaultsOf(values: EncodeValues): LineDefaults {
  const { localAs, peerAs } = values;
  const context = contextOf(values);
  const localAddress = addressOf("local-address", values.localAddress);
  const peerAddress = addressOf("peer-address", values.peerAddress);
  const session =
    localAs === undefined || peerAs === undefined
      ? undefined
      : {
          localAsn: localAs,
          peerAsn: peerAs,
          fourOctetAs: context.fourOctetAs,
          ...(localAddress === undefined ? {} : { localAddress }),
        };
  const from = speakerOf(localAs, localAddress);
  return { context, from, to: speakerOf(peerAs, peerAddress), session, format: values.from };
}

function addressOf(flag: string, text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  if (address === undefined) throw new UsageError(`--${flag}: "${text}" is no IPv4 or IPv6 address`);
  return address;
}

function speakerOf(asn: number | undefined, address: Uint8Array | undefined): Speaker {
  return { ...(asn === undefined ? {} : { asn }), ...(address === undefined ? {} : { address }) };
}

function recordOf({ bytes, message, origin, fourOctetAs }: EncodedMessage, clock: Clock): Uint8Array {
  const now = clock.now();
  const time = origin.time ?? { seconds: Math.floor(now / 1000), nanoseconds: (now % 1000) * 1e6 };
  const addPath = message?.type === "update" && hasPathIds(message);
  const record = sessionRecord({ ...origin, time }, bytes, { fourOctetAs, addPath });
  if (record.timestamp > MAX_UINT32) throw new LineError("time is too late for an MRT record");
  return encodeMrtRecord(withoutEmptyFraction(record));
}

/** A whole second is one of BGP4MP, which has no more. */
function withoutEmptyFraction(record: Bgp4mpMessageRecord): Bgp4mpMessageRecord {
  if (record.microseconds !== 0) return record;
  const { microseconds: _, ...plain } = record;
  return plain;
}
