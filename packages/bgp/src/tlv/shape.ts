/**
 * What a field's value looks like, for those who write it in another form: JSON, its schema, a table. The
 * values are those of {@link Field}s: numbers, bigints, texts, octets, lists, and records of them.
 */
export type Shape =
  | { readonly kind: "uint"; readonly octets: 1 | 2 | 3 | 4 }
  /** A bigint. */
  | { readonly kind: "uint64" }
  /** IEEE 754 single precision. */
  | { readonly kind: "float" }
  /** Octets, of one of these lengths where there are any. */
  | { readonly kind: "octets"; readonly lengths: readonly number[] }
  /** Octets that are an IP address where there are 4 or 16. */
  | { readonly kind: "address"; readonly lengths: readonly number[] }
  | { readonly kind: "text" }
  /** True: there is nothing to it but that it is there. */
  | { readonly kind: "presence" }
  | { readonly kind: "boolean" }
  | { readonly kind: "word"; readonly words: readonly string[] }
  /** An address family. */
  | { readonly kind: "family" }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "record"; readonly members: Members; readonly optional?: Members }
  /** A record whose member `tag` says which of these it is. */
  | { readonly kind: "variants"; readonly tag: string; readonly of: Readonly<Record<string, Members>> }
  | {
      readonly kind: "tlvs";
      readonly types: Members;
      /** Of each type. */
      readonly codes: Readonly<Record<string, number>>;
      readonly codeOctets: 1 | 2;
    };

export type Members = Readonly<Record<string, Shape>>;

export const UINT8: Shape = { kind: "uint", octets: 1 };
export const UINT16: Shape = { kind: "uint", octets: 2 };
export const UINT24: Shape = { kind: "uint", octets: 3 };
export const UINT32: Shape = { kind: "uint", octets: 4 };
export const OCTETS: Shape = { kind: "octets", lengths: [] };
export const TEXT: Shape = { kind: "text" };
export const BOOLEAN: Shape = { kind: "boolean" };
export const FAMILY: Shape = { kind: "family" };

export function listOf(of: Shape): Shape {
  return { kind: "list", of };
}

export function recordOf(members: Members, optional: Members = {}): Shape {
  return { kind: "record", members, optional };
}
