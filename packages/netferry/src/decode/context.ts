import {
  codecContext,
  codecFamilies,
  type CodecContext,
  type Family,
  familyName,
  MAX_EXTENDED_MESSAGE_LENGTH,
  MAX_MESSAGE_LENGTH,
  parseFamilyName,
} from "@netferry/bgp";
import { type OptionValues, UsageError } from "@netferry/service/command-line";
import type { contextOptions } from "./context-options.ts";

export type ContextValues = OptionValues<typeof contextOptions>;

/** The context that the flags tell. Throws a {@link UsageError} for a family that is none. */
export function contextOf(values: ContextValues): CodecContext {
  const addPath = familiesOf("add-path", values.addPath);
  const families = familiesOf("families", values.families);
  const maxMessageLength = values.extendedMessage ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH;
  const { localAs, peerAs } = values;
  return codecContext({
    internal: localAs === undefined || peerAs === undefined || localAs === peerAs,
    fourOctetAs: !values.noAsn4,
    maxMessageLength,
    maxSendLength: maxMessageLength,
    addPathReceive: addPath,
    addPathSend: addPath,
    ...(families.size === 0 ? {} : { families }),
  });
}

function familiesOf(flag: string, names: readonly string[]): ReadonlySet<Family> {
  return new Set(
    names.map((name) => {
      const family = parseFamilyName(name.replace(/ /, "-"));
      if (family !== undefined) return family;
      const known = codecFamilies.map((each) => familyName(each)).join(", ");
      throw new UsageError(`--${flag}: "${name}" is no family; one of ${known}, or afi-N/safi-N`);
    }),
  );
}
