/**
 * Writes docs/codec.md.
 *
 *     node packages/bgp/scripts/registries-page.ts
 */
import { writeFileSync } from "node:fs";
import { registriesPage } from "../test/registries.ts";

writeFileSync(new URL("../../../docs/codec.md", import.meta.url), registriesPage());
