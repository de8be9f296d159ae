/** What a snapshot says before its routes. */
import { z } from "zod";
import { SnapshotError } from "./blocks.ts";

const SlotSchema = z.object({
  deviceId: z.int().positive(),
  /** Device address and way, as the peering names it. */
  key: z.string().max(200),
  /**
   * The session whose routes these are. Only where they are all that it has announced up to `applied`, so that it
   * can go on from there.
   */
  session: z
    .object({ sessionId: z.string(), accountId: z.int().positive(), applied: z.int().nonnegative() })
    .optional(),
  /** Where some of its paths were stale: since when and why, and when they were to go. */
  age: z
    .object({
      stale: z
        .array(
          z.object({
            family: z.int().nonnegative(),
            since: z.number(),
            cause: z.enum(["session-down", "taken-over", "updates-lost", "snapshot", "refresh"]),
          }),
        )
        .readonly(),
      timeLeftMs: z.number().nonnegative().optional(),
    })
    .optional(),
});

const ContentsSchema = z.object({
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  version: z.string(),
  slots: z.array(SlotSchema),
});

export type SnapshotContents = z.infer<typeof ContentsSchema>;
export type SnapshotSlot = z.infer<typeof SlotSchema>;

export function encodeContents(contents: SnapshotContents): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(contents));
}

/** @throws SnapshotError */
export function decodeContents(bytes: Uint8Array | undefined): SnapshotContents {
  try {
    return ContentsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new SnapshotError("its contents can't be read", { cause: error });
  }
}
