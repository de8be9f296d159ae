/**
 * Writes docs/schema/message.schema.json.
 *
 *     node packages/formats/scripts/write-schema.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { messageSchema } from "../src/json/schema.ts";

const folder = fileURLToPath(new URL("../../../docs/schema/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}message.schema.json`, `${JSON.stringify(messageSchema, undefined, 2)}\n`);
