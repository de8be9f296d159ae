import { StringDecoder } from "node:string_decoder";

/** Longest line that is taken, in characters; the longest route of a BGP message is far below. */
export const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** Lines without their ends, as they arrive in chunks. Throws where one is too long. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))).split(
      "\n",
    );
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new Error(`a line of more than ${MAX_LINE_CHARACTERS} characters`);
    if (lines.length > 0) yield lines;
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}
