import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../../packages/bgp/", import.meta.url));

/** Serves the package's own files, without their types, and one page, on loopback. */
export async function serve(page: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    } else if (/^\/src\/[\w/.-]+\.ts$/.test(path) && !path.includes("..")) {
      const source = stripTypeScriptTypes(readFileSync(SOURCES + path, "utf8"));
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(source);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
