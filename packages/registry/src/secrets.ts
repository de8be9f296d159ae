/** Seals what the registry must be able to read again, such as MD5 keys, with keys that are kept outside the store. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { StoreError } from "./errors.ts";
import type { RandomBytes } from "./token.ts";

/** Octets of a secret key: AES-256. */
export const SECRET_KEY_OCTETS = 32;
/** Octets by which sealed text names its key. */
export const SECRET_KEY_ID_OCTETS = 8;
/** Keys that one file may hold: the current one, and those that are on their way out. */
export const MAX_SECRET_KEYS = 8;

const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;

/**
 * Seals with the first of its keys, opens with any. Sealed text is the id of the key (8 octets), a random nonce (12), the
 * ciphertext of AES-256-GCM and its tag (16). `what` names the thing that is sealed and is authenticated along with
 * it, so that sealed text of one device can't be put in place of another's.
 */
export class SecretKeys {
  readonly #keys: readonly { readonly id: Uint8Array; readonly key: Uint8Array }[];
  readonly #randomBytes: RandomBytes;

  /** @param keys at least one, of 32 octets each; the first seals */
  constructor(keys: readonly Uint8Array[], random: RandomBytes = randomBytes) {
    if (keys.length === 0 || keys.some((key) => key.length !== SECRET_KEY_OCTETS)) {
      throw new RangeError(`secret keys are one or more of ${SECRET_KEY_OCTETS} octets`);
    }
    this.#keys = keys.map((key) => ({ key, id: idOf(key) }));
    this.#randomBytes = random;
  }

  /** Whether this text was sealed with the key that seals now. */
  isCurrent(keyId: Uint8Array): boolean {
    return this.#keys[0] !== undefined && Buffer.from(this.#keys[0].id).equals(keyId);
  }

  /** Whether text that names this key can be opened. */
  knows(keyId: Uint8Array): boolean {
    return this.#keys.some(({ id }) => Buffer.from(id).equals(keyId));
  }

  seal(plain: Uint8Array, what: string): Uint8Array {
    const [first] = this.#keys;
    if (first === undefined) throw new RangeError("no secret key");
    const nonce = this.#randomBytes(NONCE_OCTETS);
    const cipher = createCipheriv("aes-256-gcm", first.key, nonce, { authTagLength: TAG_OCTETS });
    cipher.setAAD(Buffer.from(what, "utf8"));
    const sealed = [first.id, nonce, cipher.update(plain), cipher.final()];
    return Buffer.concat([...sealed, cipher.getAuthTag()]);
  }

  /** Throws `StoreError` for text that none of these keys has sealed, or that was changed since. */
  open(sealed: Uint8Array, what: string): Uint8Array {
    const keyId = sealed.subarray(0, SECRET_KEY_ID_OCTETS);
    const known = this.#keys.find(({ id }) => Buffer.from(id).equals(keyId));
    if (known === undefined) throw new StoreError(`${what} was sealed with another secret key`);
    const body = sealed.subarray(SECRET_KEY_ID_OCTETS + NONCE_OCTETS, -TAG_OCTETS);
    const nonce = sealed.subarray(SECRET_KEY_ID_OCTETS, SECRET_KEY_ID_OCTETS + NONCE_OCTETS);
    try {
      const decipher = createDecipheriv("aes-256-gcm", known.key, nonce, { authTagLength: TAG_OCTETS });
      decipher.setAAD(Buffer.from(what, "utf8"));
      decipher.setAuthTag(sealed.subarray(-TAG_OCTETS));
      return Buffer.concat([decipher.update(body), decipher.final()]);
    } catch (error) {
      throw new StoreError(
        `${what} in the registry is damaged or belongs to something else; set it again`,
        error,
      );
    }
  }
}

/** Names a key without telling anything of it. */
function idOf(key: Uint8Array): Uint8Array {
  return createHmac("sha256", key)
    .update("netferry secret key id")
    .digest()
    .subarray(0, SECRET_KEY_ID_OCTETS);
}
