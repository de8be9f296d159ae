/** What must not compile, checked by the compiler: each line is `true` or an error. Nothing here runs. */
import type {
  Attribute,
  Capability,
  CodecContext,
  Message,
  NlriValue,
  OpenMessage,
  SessionEvent,
  UpdateMessage,
} from "@netferry/bgp";

type Fits<Value, Type> = [Value] extends [Type] ? true : false;
type Is<Verdict extends boolean, Wanted extends Verdict> = Wanted;
type Bytes = Uint8Array;

/** What is right is accepted, so that the refusals below mean something. */
export type Accepted = [
  Is<Fits<{ type: "origin"; origin: "igp" }, Attribute>, true>,
  Is<Fits<{ type: "mp-unreach"; family: number; nlri: [] }, Attribute>, true>,
  Is<Fits<{ kind: "four-octet-as"; asn: number }, Capability>, true>,
  Is<Fits<{ type: "keepalive" }, Message>, true>,
  Is<Fits<{ kind: "sr-policy"; distinguisher: number; color: number; endpoint: Bytes }, NlriValue>, true>,
  Is<Fits<{ type: "transport-up"; passive: true }, SessionEvent>, true>,
];

export type Refused = [
  // Attributes: values that the wire does not have, parts that are missing, parts of another attribute.
  Is<Fits<{ type: "origin"; origin: "static" }, Attribute>, false>,
  Is<Fits<{ type: "origin" }, Attribute>, false>,
  Is<Fits<{ type: "as-path"; segments: [{ type: "list"; asns: [1] }] }, Attribute>, false>,
  Is<Fits<{ type: "as-path"; segments: number[] }, Attribute>, false>,
  Is<Fits<{ type: "next-hop"; address: string }, Attribute>, false>,
  Is<Fits<{ type: "multi-exit-disc"; value: string }, Attribute>, false>,
  Is<Fits<{ type: "communities"; values: string[] }, Attribute>, false>,
  Is<Fits<{ type: "mp-reach"; family: number; nlri: [] }, Attribute>, false>,
  Is<Fits<{ type: "mp-unreach"; family: string; nlri: [] }, Attribute>, false>,
  Is<Fits<{ type: "unknown"; code: number; value: Bytes }, Attribute>, false>,
  Is<Fits<{ type: "aigp"; tlvs: [{ type: "metric"; value: number }] }, Attribute>, false>,
  // Capabilities
  Is<Fits<{ kind: "add-path"; families: [{ family: number; mode: 4 }] }, Capability>, false>,
  Is<Fits<{ kind: "graceful-restart"; families: [] }, Capability>, false>,
  Is<Fits<{ kind: "four-octet-as" }, Capability>, false>,
  // NLRI: a route type with another's fields, a flow test whose number does not fit its octets
  Is<Fits<{ kind: "vpn"; labels: number[]; prefix: { length: 8; address: Bytes } }, NlriValue>, false>,
  Is<Fits<{ kind: "evpn"; routeType: "ethernet-segment"; rd: Bytes; originator: Bytes }, NlriValue>, false>,
  Is<
    Fits<
      {
        kind: "flowspec";
        components: [
          { type: "port"; tests: [{ and: false; operator: 1; value: { octets: 8; number: number } }] },
        ];
      },
      NlriValue
    >,
    false
  >,
  Is<
    Fits<
      {
        kind: "flowspec";
        components: [
          { type: "port"; tests: [{ and: false; operator: 1; value: { octets: 3; number: number } }] },
        ];
      },
      NlriValue
    >,
    false
  >,
  // Messages: none of two types at once, no UPDATE without its three parts, no OPEN of bare capabilities
  Is<Fits<{ type: "update"; attributes: []; nlri: [] }, Message>, false>,
  Is<Fits<{ type: "notification"; code: number; subcode: number }, Message>, false>,
  Is<Fits<Omit<OpenMessage, "parameters"> & { parameters: Capability[] }, Message>, false>,
  Is<Fits<Omit<UpdateMessage, "nlri"> & { nlri: string[] }, Message>, false>,
  // Contexts are whole
  Is<Fits<{ internal: true; fourOctetAs: true }, CodecContext>, false>,
  Is<Fits<{ type: "timer"; timer: "coffee" }, SessionEvent>, false>,
];
