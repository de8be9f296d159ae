/** What can be wrong with an MRT file. */
export const mrtErrorCauses = [
  /** The file ends within a record. */
  "cut-short",
  /** A record claims to be longer than the reader takes. */
  "record-too-long",
  /** A record's own fields do not fit its length, or hold what they can't. */
  "record-malformed",
  /** The file can't be decompressed, or read. */
  "unreadable",
] as const;

export type MrtErrorCause = (typeof mrtErrorCauses)[number];

/** A value, not an exception: readers return it. */
export interface MrtError {
  readonly cause: MrtErrorCause;
  /** Where the record begins, octets from the start of the uncompressed file. */
  readonly offset: number;
  /** One line: what was wrong, with the value found. */
  readonly text: string;
}
