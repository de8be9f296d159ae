import { test } from "node:test";

import { ensure } from "./wait.ts";

/** Tests that build on each other: whoever cleans up wants to know whether one has failed, and later ones may make no sense then. */
export class Steps {
  #failed = false;
  readonly #strict: boolean;

  /** @param strict what follows a failed step fails at once */
  constructor({ strict = false }: { readonly strict?: boolean } = {}) {
    this.#strict = strict;
  }

  get failed(): boolean {
    return this.#failed;
  }

  readonly step = (title: string, body: () => Promise<void>): void => {
    test(title, async () => {
      ensure(!this.#strict || !this.#failed, "a step before has failed");
      try {
        await body();
      } catch (error) {
        this.#failed = true;
        throw error;
      }
    });
  };
}
