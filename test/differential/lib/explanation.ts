import { type Attribute, type Capability, decodeNlri, type Family, type NlriValue } from "@netferry/bgp";
import type { Difference } from "./facts.ts";
import type { Subject } from "./subjects.ts";

/** One known disagreement: of which messages it speaks, and how far it may go. The words stand in docs/differential.md. */
export interface Explanation {
  /** As in the table of docs/differential.md. */
  readonly id: string;
  readonly when: (subject: Subject) => boolean;
  /** What the other says about it. */
  readonly says?: RegExp;
  /** The other reads no further: what it has of a field is the beginning of ours. */
  readonly stops?: true;
  /** Fields that differ in other ways. */
  readonly fields?: RegExp;
}

const isBeginning = (theirs: readonly string[], ours: readonly string[]): boolean =>
  theirs.length <= ours.length && theirs.every((value, index) => value === ours[index]);

/** What of a difference no explanation covers; the ids of those that do go to `used`. */
export function unexplained(
  subject: Subject,
  found: readonly Difference[],
  said: readonly string[],
  explanations: readonly Explanation[],
  used: Set<string>,
): string[] {
  if (found.length === 0 && said.length === 0) return [];
  const applying = explanations.filter(({ when }) => when(subject));
  const left: string[] = [];
  for (const text of said) {
    const explanation = applying.find(({ says }) => says?.test(text));
    if (explanation === undefined) left.push(`says: ${text}`);
    else used.add(explanation.id);
  }
  for (const { field, ours, theirs } of found) {
    const explanation = applying.find(
      ({ stops, fields }) => (fields?.test(field) ?? false) || (stops === true && isBeginning(theirs, ours)),
    );
    if (explanation === undefined) left.push(`${field}: ours ${ours.join(" ")}; theirs ${theirs.join(" ")}`);
    else used.add(explanation.id);
  }
  return left;
}

export function attributesOf({ message }: Subject): readonly Attribute[] {
  return message.type === "update" ? message.attributes : [];
}

export function attributeOf<T extends Attribute["type"]>(
  subject: Subject,
  type: T,
): Extract<Attribute, { type: T }> | undefined {
  return attributesOf(subject).find(
    (attribute): attribute is Extract<Attribute, { type: T }> => attribute.type === type,
  );
}

/** Of the multiprotocol attributes. */
export function familyOfSubject(subject: Subject): Family | undefined {
  return (attributeOf(subject, "mp-reach") ?? attributeOf(subject, "mp-unreach"))?.family;
}

export function nlriOf(subject: Subject): readonly NlriValue[] {
  const attribute = attributeOf(subject, "mp-reach") ?? attributeOf(subject, "mp-unreach");
  if (attribute === undefined) return [];
  return attribute.nlri
    .map(({ bytes }) => decodeNlri(attribute.family, bytes))
    .filter((value) => value !== undefined);
}

export function capabilitiesOf({ message }: Subject): readonly Capability[] {
  if (message.type !== "open") return [];
  return message.parameters.flatMap((parameter) =>
    parameter.type === "capabilities" ? parameter.capabilities : [],
  );
}
