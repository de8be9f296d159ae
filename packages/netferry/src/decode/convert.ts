import type { CodecContext } from "@netferry/bgp";
import type { MessageFormat } from "@netferry/formats/files";
import { formatCount, type OutputStream } from "@netferry/service/command-line";
import { plural } from "../client/format.ts";
import { bmpSource } from "./bmp-source.ts";
import { BgpdumpRenderer } from "./bgpdump-renderer.ts";
import type { OUTPUT_FORMATS } from "./command.ts";
import { contextOf } from "./context.ts";
import { Decoders, isReadable } from "./decoded.ts";
import { ExabgpRenderer } from "./exabgp-renderer.ts";
import { hexSource } from "./hex-source.ts";
import type { Input } from "./input.ts";
import type { Item, Source, SourceReport } from "./item.ts";
import { JsonRenderer } from "./json-renderer.ts";
import { mrtSource } from "./mrt-source.ts";
import { LineOutput } from "./output.ts";
import { pcapSource } from "./pcap-source.ts";
import type { Renderer, Shown } from "./renderer.ts";
import type { DecodeValues, Outcome } from "./run.ts";
import { TableRenderer } from "./table-renderer.ts";
import { WireRenderer } from "./wire-renderer.ts";

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Problems that are told one by one; the rest are counted. */
const MAX_TOLD = 20;

/** Inputs to lines of one format. */
export class Converter {
  readonly #values: DecodeValues;
  readonly #context: CodecContext;
  readonly #renderer: Renderer;
  readonly #decoders = new Decoders();
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;

  constructor(
    values: DecodeValues,
    format: OutputFormat,
    streams: { readonly stdout: OutputStream; readonly stderr: OutputStream },
  ) {
    this.#values = values;
    this.#context = contextOf(values);
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.#renderer = rendererOf(format, values, streams.stdout);
  }

  async convert(from: MessageFormat, input: Input, chunks: AsyncIterable<Uint8Array>): Promise<Outcome> {
    const output = new LineOutput(this.#stdout);
    const tally = new Tally();
    const source = this.#source(from, chunks);
    let next = await source.next();
    for (; next.done !== true; next = await source.next()) {
      const item = next.value;
      if (item.kind === "problem") this.#tell(input, item, tally);
      else {
        const rendered = this.#renderer.render(this.#shown(item, tally));
        if (rendered instanceof Uint8Array) {
          if (rendered.length > 0) await output.octets(rendered);
        } else for (const line of rendered) await output.line(line);
      }
    }
    await output.close();
    return tally.outcome(next.value);
  }

  #source(from: MessageFormat, chunks: AsyncIterable<Uint8Array>): Source {
    const { localAs, peerAs } = this.#values;
    switch (from) {
      case "hex":
        return hexSource(
          chunks,
          this.#context,
          peerAs === undefined ? {} : { asn: peerAs },
          localAs === undefined ? {} : { asn: localAs },
        );
      case "pcap":
        return pcapSource(chunks, this.#context);
      case "mrt":
        return mrtSource(chunks);
      case "bmp":
        return bmpSource(chunks, this.#context);
    }
  }

  #shown(item: Exclude<Item, { readonly kind: "problem" }>, tally: Tally): Shown {
    if (item.kind !== "message") {
      tally.others++;
      return item;
    }
    const result = this.#decoders.decode(item);
    tally.messages++;
    if (!result.ok) tally.undecoded++;
    else if (!isReadable(result)) tally.flawed++;
    return { kind: "message", item, result };
  }

  #tell(input: Input, { place, text }: Extract<Item, { readonly kind: "problem" }>, tally: Tally): void {
    tally.problems++;
    if (tally.problems <= MAX_TOLD) this.#stderr.write(`${input.name}: ${place}: ${text}\n`);
  }
}

class Tally {
  messages = 0;
  /** Messages that end a session. */
  undecoded = 0;
  /** Messages with attributes or routes that can't be read. */
  flawed = 0;
  /** Paths of tables, and events. */
  others = 0;
  problems = 0;

  outcome({ notes, losses }: SourceReport): Outcome {
    const parts = [plural(this.messages, "message")];
    const add = (count: number, text: string): void => {
      if (count > 0) parts.push(`${formatCount(count)} ${text}`);
    };
    if (this.others > 0) parts.push(plural(this.others, "other record"));
    add(this.undecoded, "that could not be decoded");
    add(this.flawed, "with parts that could not be decoded");
    if (this.problems > 0) parts.push(`${plural(this.problems, "place")} that could not be read`);
    const failed = this.undecoded + this.flawed + this.problems + losses.length > 0;
    return { summary: [...parts, ...losses, ...notes].join("; "), failed };
  }
}

function rendererOf(format: OutputFormat, values: DecodeValues, stdout: OutputStream): Renderer {
  switch (format) {
    case "table":
      return new TableRenderer(stdout.isTTY === true ? (stdout.columns ?? 80) : undefined);
    case "json":
      return new JsonRenderer();
    case "exabgp":
      return new ExabgpRenderer(6);
    case "exabgp4":
      return new ExabgpRenderer(4);
    case "bgpdump":
      return new BgpdumpRenderer();
    case "wire":
      return new WireRenderer(values.peerAs);
  }
}
