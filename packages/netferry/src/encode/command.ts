/** `netferry encode`: BGP messages of JSON lines or ExaBGP's commands, as octets. */
import { defineCommand, optionGroup } from "@netferry/service/command-line";
import { contextOptions } from "../decode/context-options.ts";

export const encodeCommandOptions = {
  ...optionGroup("Input and output", {
    from: {
      type: "string",
      env: false,
      description: "What the lines are",
      choices: ["json", "exabgp"],
      placeholder: "FORMAT",
      defaultText: "each by its first character",
    },
    to: {
      type: "string",
      env: false,
      description: "What to write: hexadecimal, a message a line, or MRT records (BGP4MP, BGP4MP_ET)",
      choices: ["hex", "mrt"],
      placeholder: "FORMAT",
      default: "hex",
    },
  }),
  ...contextOptions,
  ...optionGroup("Session", {
    "local-address": {
      type: "string",
      env: false,
      description: "Address of this side: next-hop self, and in MRT records",
      placeholder: "ADDRESS",
    },
    "peer-address": {
      type: "string",
      env: false,
      description: "Address of the other side, in MRT records",
      placeholder: "ADDRESS",
    },
  }),
} as const;

export const encodeCommand = defineCommand({
  name: "encode",
  summary: "Make BGP messages of JSON lines or ExaBGP's commands",
  description: [
    "Reads lines of files, or of standard input: what decode --format json writes, messages by themselves (docs/schema/message.schema.json), ExaBGP's JSON, or ExaBGP's text commands, such as announce route 192.0.2.0/24 next-hop 192.0.2.1. Empty lines and those that begin with # are left out.",
    "This side sends, the other receives. What a line itself says of its session (sides, time, AS numbers of two octets, path identifiers) counts for it, and octets that it brings along are written as they are, so that decode --format json and encode give the octets back.",
    "A line that is no message is told with its number; the others are written all the same, and the exit code is 1.",
  ].join("\n\n"),
  examples: [
    {
      command:
        "echo announce route 192.0.2.0/24 next-hop 192.0.2.1 | netferry encode --local-as 65001 --peer-as 65002",
      text: "One route as the octets that announce it",
    },
    {
      command: "netferry decode --format json session.pcap | netferry encode --to mrt > session.mrt",
      text: "The messages of a capture as an MRT file",
    },
  ],
  arguments: { file: { description: "File to read; - for standard input", optional: true, variadic: true } },
  options: encodeCommandOptions,
  run: async (context) => (await import("./run.ts")).runEncode(context),
});
