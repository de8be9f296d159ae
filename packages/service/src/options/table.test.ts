import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ArgumentTable, OptionTable } from "./spec.ts";
import { assertTable } from "./table.ts";

describe("a table that cannot work is refused when it is defined", () => {
  const description = "d";
  const wrong: [string, OptionTable, RegExp][] = [
    ["camel case", { logLevel: { type: "string", description } }, /lower case words/],
    ["dashes in front", { "--level": { type: "string", description } }, /lower case words/],
    ["help", { help: { type: "bool", description } }, /every command has this flag/],
    ["port", { port: { type: "int", description } }, /container platforms/],
    [
      "negation",
      { tls: { type: "bool", description }, "no-tls": { type: "bool", description } },
      /negation of --tls/,
    ],
    ["-h", { host: { type: "string", description, short: "h" } }, /-h is taken/],
    [
      "same short",
      { a: { type: "bool", description, short: "x" }, b: { type: "bool", description, short: "x" } },
      /-x is taken/,
    ],
    [
      "secret default",
      { token: { type: "string", description, secret: true, default: "x" } },
      /secret has no default/,
    ],
    [
      "required default",
      { email: { type: "string", description, required: true, default: "x" } },
      /cannot be required/,
    ],
    [
      "choice",
      { level: { type: "string", description, choices: ["a"], default: "b" } },
      /not one of its choices/,
    ],
    ["range", { multi: { type: "int", description, min: 1, default: 0 } }, /out of its range/],
  ];
  for (const [name, options, pattern] of wrong) {
    it(name, () => {
      assert.throws(() => assertTable("test", options, {}), pattern);
    });
  }

  const wrongArguments: [string, ArgumentTable, RegExp][] = [
    ["name", { "Some Name": { description } }, /lower case words/],
    ["variadic in front", { all: { description, variadic: true }, last: { description } }, /only the last/],
    ["optional in front", { a: { description, optional: true }, b: { description } }, /follows an optional/],
  ];
  for (const [name, args, pattern] of wrongArguments) {
    it(`arguments: ${name}`, () => {
      assert.throws(() => assertTable("test", {}, args), pattern);
    });
  }

  it("and one that works is not", () => {
    const options: OptionTable = {
      "md5-listen-interface": { type: "string", description },
      "no-color": { type: "bool", description },
      listen: { type: "list", description, default: ["a"], short: "l" },
    };
    assertTable("test", options, { a: { description }, b: { description, optional: true, variadic: true } });
  });
});
