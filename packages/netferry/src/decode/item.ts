import type { Attribute, CodecContext, Family, Nlri } from "@netferry/bgp";
import type { JsonObject } from "@netferry/formats";

/** One side of a session, as far as it is known. */
export interface Speaker {
  /** 4 or 16 octets. */
  readonly address?: Uint8Array;
  readonly port?: number;
  readonly asn?: number;
}

/** Where and when something was seen. */
export interface Origin {
  /** `line 3`, `packet 12`, `record 7`. */
  readonly place: string;
  /** Seconds since 1970, and nanoseconds behind them. */
  readonly time?: { readonly seconds: number; readonly nanoseconds: number };
  /** Who sent it. */
  readonly from: Speaker;
  readonly to: Speaker;
  /** It was sent by the side that recorded it, not received. */
  readonly sent?: boolean;
}

/** What a file holds, one after the other. */
export type Item =
  /** A message, header included; or octets that stand where one should be. Octets are good until the next item. */
  | {
      readonly kind: "message";
      readonly origin: Origin;
      readonly bytes: Uint8Array;
      readonly context: CodecContext;
    }
  /** One path of a table. */
  | {
      readonly kind: "path";
      readonly origin: Origin;
      readonly family: Family;
      readonly route: Nlri;
      readonly attributes: readonly Attribute[];
    }
  /** What happened to a session or a router, told by the file's own format. */
  | {
      readonly kind: "event";
      readonly origin: Origin;
      /** `state-change`, `peer-down`. */
      readonly name: string;
      /** One line. */
      readonly text: string;
      readonly fields: JsonObject;
      /** Of BGP4MP state changes: the record, for lines of bgpdump. */
      readonly record?: Uint8Array;
    }
  /** Input that could not be read. */
  | { readonly kind: "problem"; readonly place: string; readonly text: string };

/** What a source says when it has come to its end: one line each, for the summary. */
export interface SourceReport {
  /** Things that are no failure: what was passed over, how much there was. */
  readonly notes: readonly string[];
  /** Things that could not be decoded: gaps, broken framing. */
  readonly losses: readonly string[];
}

/** Items of an input; returns its report. Never throws for what it reads. */
export type Source = AsyncGenerator<Item, SourceReport, undefined>;
