import { EncodeError, readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { BOOLEAN, FAMILY, listOf, recordOf, UINT16 } from "../tlv/shape.ts";

/** RFC 4724 section 3, with the N bit of RFC 8538 section 2. */
export interface GracefulRestartCapability {
  readonly kind: "graceful-restart";
  /** R: the sender has restarted; do not wait for its End-of-RIB. */
  readonly restarting: boolean;
  /** N: graceful restart also follows a NOTIFICATION and an expired hold timer. */
  readonly notification: boolean;
  /** Seconds until the session should be back, 0 to 4095. */
  readonly restartTime: number;
  /** Families that are kept over a restart; `forwarding` (F): the forwarding state was preserved. */
  readonly families: readonly { readonly family: Family; readonly forwarding: boolean }[];
}

const RESTARTING = 0x8000;
const NOTIFICATION = 0x4000;
const TIME_MASK = 0x0fff;
const FORWARDING = 0x80;
const ENTRY_LENGTH = 4;

export const gracefulRestart: CapabilityCodec<GracefulRestartCapability> = {
  code: 64,
  kind: "graceful-restart",
  essential: false,
  shape: {
    restarting: BOOLEAN,
    notification: BOOLEAN,
    restartTime: UINT16,
    families: listOf(recordOf({ family: FAMILY, forwarding: BOOLEAN })),
  },
  decode(value) {
    if (value.length < 2 || (value.length - 2) % ENTRY_LENGTH !== 0) return undefined;
    const flagsAndTime = readUint16(value, 0);
    const families: { family: Family; forwarding: boolean }[] = [];
    for (let offset = 2; offset < value.length; offset += ENTRY_LENGTH) {
      families.push({
        family: familyOf(readUint16(value, offset), value[offset + 2]!),
        forwarding: (value[offset + 3]! & FORWARDING) !== 0,
      });
    }
    return {
      kind: "graceful-restart",
      restarting: (flagsAndTime & RESTARTING) !== 0,
      notification: (flagsAndTime & NOTIFICATION) !== 0,
      restartTime: flagsAndTime & TIME_MASK,
      families,
    };
  },
  encode(capability, out) {
    const { restartTime } = capability;
    if (restartTime > TIME_MASK) throw new EncodeError(`restart time ${restartTime} s is more than 4095 s`);
    out.uint16(
      (capability.restarting ? RESTARTING : 0) | (capability.notification ? NOTIFICATION : 0) | restartTime,
    );
    for (const { family, forwarding } of capability.families) {
      out.uint16(afiOf(family));
      out.uint8(safiOf(family));
      out.uint8(forwarding ? FORWARDING : 0);
    }
  },
};
