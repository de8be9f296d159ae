import { shutdownCommunication } from "../message/notification.ts";
import { errorName } from "../message/notification-names.ts";
import { opaque } from "./fields.ts";
import { branch, type WireBranch } from "./node.ts";
import { Rfc } from "./references.ts";

const CEASE = 6;
const HARD_RESET = 9;

/** The body of a NOTIFICATION, whose first two octets are there. A Hard Reset encloses another. */
export function dissectNotification(bytes: Uint8Array, start: number, end: number): WireBranch[] {
  const code = bytes[start]!;
  const subcode = bytes[start + 1]!;
  const nodes = [
    branch("code", start, 1, { value: `${code}, ${errorName(code, 0).replace(/ \/.*/, "")}` }),
    branch("subcode", start + 1, 1, { value: `${subcode}, ${errorName(code, subcode)}` }),
  ];
  const data = start + 2;
  if (data === end) return nodes;
  if (code === CEASE && subcode === HARD_RESET && data + 2 <= end) {
    const inner = branch("enclosed NOTIFICATION", data, end - data, { reference: Rfc.hardReset });
    inner.children.push(
      ...(bytes[data] === CEASE && bytes[data + 1] === HARD_RESET
        ? [opaque("data", bytes, data, end)]
        : dissectNotification(bytes, data, end)),
    );
    return [...nodes, inner];
  }
  const message = { type: "notification", code, subcode, data: bytes.slice(data, end) } as const;
  const communication = shutdownCommunication(message);
  if (communication === undefined) return [...nodes, opaque("data", bytes, data, end)];
  const reference = Rfc.shutdownCommunication;
  const length = branch("length of the communication", data, 1, { value: `${bytes[data]!}`, reference });
  nodes.push(length);
  if (!communication.ok) length.problems.push(communication.problem);
  if (data + 1 < end) {
    const text = communication.ok ? JSON.stringify(communication.text) : "";
    nodes.push(branch("communication", data + 1, end - data - 1, { value: text, reference }));
  }
  return nodes;
}
