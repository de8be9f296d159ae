/** It took too long; the message says what it waited for. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/**
 * What `work` comes to, or a {@link LateError} after `limitMs`. Work that is late goes on, and whatever becomes of it then is
 * nobody's business any more.
 */
export async function within<T>(limitMs: number, waitedFor: () => string, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(new LateError(`not done after ${Math.round(limitMs / 1000)} s: it waited for ${waitedFor()}`)),
    limitMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
