/** `netferry decode`: BGP messages of files, as people and programs read them. */
import { defineCommand, optionGroup } from "@netferry/service/command-line";
import { contextOptions } from "./context-options.ts";

export const OUTPUT_FORMATS = ["table", "json", "exabgp", "exabgp4", "bgpdump", "wire"] as const;

export const decodeCommandOptions = {
  ...optionGroup("Input and output", {
    from: {
      type: "string",
      env: false,
      description: "What the input is",
      choices: ["hex", "pcap", "mrt", "bmp"],
      placeholder: "FORMAT",
      defaultText: "by its first octets",
    },
    format: {
      type: "string",
      env: false,
      description: "How messages are shown",
      choices: OUTPUT_FORMATS,
      placeholder: "FORMAT",
      default: "table",
    },
    wire: { type: "bool", env: false, description: "The same as --format wire" },
  }),
  ...contextOptions,
} as const;

export const decodeCommand = defineCommand({
  name: "decode",
  summary: "Show BGP messages of captures, MRT and BMP files, or hexadecimal",
  description: [
    "Reads files, or standard input where there is none (or for -), compressed by gzip, bzip2 or zstd or not at all. What they hold is guessed from their first octets: hexadecimal text, one message a line; packet captures (pcap, pcapng); MRT files; BMP streams. Of captures TCP is put together, both directions of each session; where octets are missing it goes on at the next message, and says so.",
    "How a session's messages read is learnt from its OPENs where they are there, in MRT files from the records. The session flags are for the rest.",
    "One line for each message in every format but wire, which names each octet: offset, length, octets, field, value and where it is specified, and of a broken message where it breaks and what a router would answer. Exit code 1 where something could not be decoded, with the rest decoded.",
  ].join("\n\n"),
  examples: [
    { command: "netferry decode updates.20260101.0000.gz", text: "An archive, a line for each message" },
    {
      command: "netferry decode --format bgpdump updates.20260101.0000.gz",
      text: "The lines of bgpdump -m, for scripts that read those",
    },
    {
      command: "tcpdump -i eth0 -U -w - tcp port 179 | netferry decode",
      text: "Sessions of this machine as they speak",
    },
    {
      command: "netferry decode --wire broken.pcap",
      text: "Why a session resets: its messages octet by octet",
    },
    {
      command: "echo ff..ff 0017 02 0000 0000 | netferry decode --format json",
      text: "One message from a log",
    },
  ],
  arguments: { file: { description: "File to read; - for standard input", optional: true, variadic: true } },
  options: decodeCommandOptions,
  run: async (context) => (await import("./run.ts")).runDecode(context),
});
