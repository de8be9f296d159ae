import type { RegistryEnvironment } from "./environment.ts";
import { ConflictError, NotFoundError, StoreError } from "./errors.ts";
import { MAX_EMAIL_LENGTH } from "./limits.ts";
import type { Account } from "./model.ts";
import { checkEmail, nameKey } from "./names.ts";
import type { Registry } from "./registry.ts";
import type { RegistryStore, StoredAccount } from "./store.ts";
import { newToken, tokenDigest, tokenMatches } from "./token.ts";

/** `lastUsedAt` is written no more often than this, so that a thousand sessions are not a thousand writes. */
export const LAST_USED_RESOLUTION_MS = 60_000;

type Accounts = Pick<Registry, "accounts" | "addAccount" | "rotateToken" | "removeAccount" | "verify">;

/** The part of a registry that is about accounts. */
export function createAccounts(store: RegistryStore, environment: RegistryEnvironment): Accounts {
  const { clock, limits, randomBytes } = environment;

  const needAccount = (email: string): StoredAccount => {
    const stored = store.accountByKey(nameKey(email));
    if (stored === undefined)
      throw new NotFoundError(`there is no account ${JSON.stringify(email.slice(0, MAX_EMAIL_LENGTH))}`);
    return stored;
  };

  const touched = (account: Account): Account => {
    const time = clock();
    const last = account.lastUsedAt === undefined ? -Infinity : Date.parse(account.lastUsedAt);
    // The distance, since a clock may have been set back.
    if (Math.abs(time - last) < LAST_USED_RESOLUTION_MS) return account;
    const lastUsedAt = new Date(time).toISOString();
    try {
      store.touchAccount(account.id, lastUsedAt);
    } catch (error) {
      // A disk that is full must not turn a right token into a wrong one.
      if (error instanceof StoreError) return account;
      throw error;
    }
    return { ...account, lastUsedAt };
  };

  return {
    accounts: () => store.accounts(),
    addAccount: (email) =>
      store.transaction(() => {
        checkEmail(email);
        if (store.accountByKey(nameKey(email)) !== undefined) {
          throw new ConflictError(`email: there is an account ${email} already; rotate its token instead`);
        }
        if (store.accountCount() >= limits.accounts) {
          throw new ConflictError(
            `the registry is full: it holds ${limits.accounts} accounts; remove some first`,
          );
        }
        const token = newToken(randomBytes);
        const account = store.insertAccount(email, tokenDigest(token), new Date(clock()).toISOString());
        return { account, token };
      }),
    rotateToken: (email) =>
      store.transaction(() => {
        const { account } = needAccount(email);
        const token = newToken(randomBytes);
        store.replaceToken(account.id, tokenDigest(token));
        return { account, token };
      }),
    removeAccount: (email) =>
      store.transaction(() => {
        const { account } = needAccount(email);
        store.deleteAccount(account.id);
        return account;
      }),
    verify: (email, token) => {
      const stored = store.accountByKey(nameKey(email));
      const matches = tokenMatches(token, stored?.tokenDigest);
      return stored !== undefined && matches ? touched(stored.account) : undefined;
    },
  };
}
