import { formatAddress, type CodecContext, familyName, toHex } from "@netferry/bgp";
import { type JsonObject, messageToJson, routeToJson, attributeToJson, writeJson } from "@netferry/formats";
import type { Origin, Speaker } from "./item.ts";
import { timeText } from "./origin-text.ts";
import type { Renderer, Shown } from "./renderer.ts";

/** Lines of JSON, whose schema is docs/schema/decoded.schema.json. */
export class JsonRenderer implements Renderer {
  render(shown: Shown): readonly string[] {
    return [writeJson(jsonOf(shown))];
  }
}

function jsonOf(shown: Shown): JsonObject {
  switch (shown.kind) {
    case "message": {
      const { origin, bytes, context } = shown.item;
      const { result } = shown;
      const head = { ...originJson(origin), context: contextJson(context) };
      if (!result.ok) {
        const { code, subcode, data, text } = result.error;
        return { ...head, error: { code, subcode, data: toHex(data), text }, octets: toHex(bytes) };
      }
      const message = messageToJson(result.message);
      if (result.errors.length === 0) return { ...head, message };
      const errors = result.errors.map(({ action, cause, code, text }) => ({ action, cause, code, text }));
      // What was discarded is not in the message.
      return { ...head, message, disposition: result.disposition, errors, octets: toHex(bytes) };
    }
    case "path":
      return {
        ...originJson(shown.origin),
        path: {
          family: familyName(shown.family),
          route: routeToJson(shown.family, shown.route),
          attributes: shown.attributes.map(attributeToJson),
        },
      };
    case "event":
      return { ...originJson(shown.origin), event: shown.name, fields: shown.fields };
  }
}

function originJson({ place, time, from, to, sent }: Origin): JsonObject {
  return {
    place,
    time: time === undefined ? undefined : timeText(time),
    from: speakerJson(from),
    to: speakerJson(to),
    sent: sent === true ? true : undefined,
  };
}

function speakerJson({ address, port, asn }: Speaker): JsonObject | undefined {
  if (address === undefined && asn === undefined) return undefined;
  return { address: address === undefined ? undefined : formatAddress(address), port, asn };
}

/** Where it is not the usual one: what `encode` needs to write the same octets. */
function contextJson({ fourOctetAs, addPathReceive }: CodecContext): JsonObject | undefined {
  if (fourOctetAs && addPathReceive.size === 0) return undefined;
  return {
    asn4: fourOctetAs ? undefined : false,
    addPath: addPathReceive.size === 0 ? undefined : [...addPathReceive].map((family) => familyName(family)),
  };
}
