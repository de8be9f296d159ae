/** A stream that keeps what is written to it, for tests. */
import { Writable } from "node:stream";

export class CapturedStream extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  text = "";

  constructor(options: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number } = {}) {
    super({ decodeStrings: false });
    this.isTTY = options.isTTY ?? false;
    this.columns = options.columns ?? 80;
    this.rows = options.rows ?? 24;
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
