import type { CodecContext } from "@netferry/bgp";
import { type CaptureCounts, captureSkipCauses, readCapture } from "@netferry/formats";
import { formatCount } from "@netferry/service/command-line";
import { plural } from "../client/format.ts";
import type { Source, SourceReport, Speaker } from "./item.ts";
import { openOf } from "./open-of.ts";
import { SessionTable } from "./session-table.ts";

/** Messages of a packet capture. */
export async function* pcapSource(chunks: AsyncIterable<Uint8Array>, fallback: CodecContext): Source {
  const sessions = new SessionTable<number>(fallback);
  for await (const item of readCapture(chunks)) {
    if (item.kind === "end") {
      if (item.error !== undefined) {
        yield { kind: "problem", place: `octet ${item.error.offset}`, text: item.error.text };
      }
      return reportOf(item.counts, sessions.forgotten);
    }
    const { connection, side, source, destination, bytes, broken, seconds, nanoseconds, packet } =
      item.message;
    const open = broken ? undefined : openOf(bytes);
    if (open !== undefined) sessions.learn(connection, side, open);
    yield {
      kind: "message",
      origin: {
        place: `packet ${packet}`,
        ...(seconds === 0 ? {} : { time: { seconds, nanoseconds } }),
        from: withAsn(source, sessions.asn(connection, side)),
        to: withAsn(destination, sessions.asn(connection, side === 0 ? 1 : 0)),
      },
      bytes,
      context: sessions.context(connection, side),
    };
  }
  return { notes: [], losses: [] };
}

function withAsn(speaker: Speaker, asn: number | undefined): Speaker {
  return asn === undefined ? speaker : { ...speaker, asn };
}

function reportOf(counts: CaptureCounts, forgotten: number): SourceReport {
  const { packets, connections, retransmittedOctets, reordered, gaps, gapOctets, skippedOctets } = counts;
  const notes = [`${plural(packets, "packet")}, ${plural(connections, "connection")}`];
  const note = (count: number, text: string): void => {
    if (count > 0) notes.push(`${formatCount(count)} ${text}`);
  };
  note(retransmittedOctets, "octets sent again");
  note(reordered, "segments out of order");
  note(skippedOctets, "octets passed over to find a message");
  note(forgotten, "sessions' OPENs forgotten for newer ones");
  for (const cause of captureSkipCauses) note(counts.skipped[cause], `packets left out: ${cause}`);
  const losses: string[] = [];
  if (gaps > 0) losses.push(`${plural(gaps, "gap")} of ${formatCount(gapOctets)} octets in all`);
  if (counts.skipped.fragment > 0) losses.push("IP fragments are not put together");
  return { notes, losses };
}
