import { BrokenPipeError, type OutputStream, writeText } from "@netferry/service/command-line";

/** Characters that are written at once. */
const FLUSH_LENGTH = 64 * 1024;
/** Lines wait no longer than this for others, milliseconds. */
const FLUSH_INTERVAL = 200;

/** Lines to a stream: in large pieces while many come, soon where few do. Slows down with the reader. */
export class LineOutput {
  readonly #stream: OutputStream;
  readonly #timer: NodeJS.Timeout;
  #text = "";

  constructor(stream: OutputStream) {
    this.#stream = stream;
    this.#timer = setInterval(() => {
      if (this.#text !== "" && stream.writable) stream.write(this.#take());
    }, FLUSH_INTERVAL);
    this.#timer.unref();
  }

  /** Without its line end. Throws a {@link BrokenPipeError} once the reader is gone. */
  async line(text: string): Promise<void> {
    this.#text += `${text}\n`;
    if (this.#text.length >= FLUSH_LENGTH) await writeText(this.#stream, this.#take());
    else if (!this.#stream.writable) throw new BrokenPipeError("the reader of the output is gone");
  }

  /** Writes octets behind the lines so far; they may change once this is done. */
  async octets(bytes: Uint8Array): Promise<void> {
    if (this.#text !== "") await writeText(this.#stream, this.#take());
    await writeText(this.#stream, bytes.slice());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#text !== "") await writeText(this.#stream, this.#take());
  }

  #take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}
