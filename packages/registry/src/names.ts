import { InvalidError } from "./errors.ts";
import { MAX_EMAIL_LENGTH, MAX_NAME_LENGTH, MAX_SETTING_LENGTH } from "./limits.ts";

// Safe in a URL path, a shell, a log line and a metric label, without quoting.
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;
const DIGITS = /^[0-9]+$/;
const EMAIL = /^[^\s@<>"',;:\\()[\]\p{C}]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/u;

/** Two names are the same name when their keys are equal. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** Returns the name, or throws `InvalidError`. Nothing that passes can be taken for an id. */
export function checkName(field: string, name: string): string {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) {
    throw new InvalidError(field, `${name.length} characters; give it 1 to ${MAX_NAME_LENGTH}`);
  }
  if (!NAME.test(name)) {
    throw new InvalidError(
      field,
      `${JSON.stringify(name)} has other characters than letters, digits and . _ : -, or starts with one of these four`,
    );
  }
  if (DIGITS.test(name)) {
    throw new InvalidError(field, `"${name}" is digits alone and would be taken for an id; add a letter`);
  }
  return name;
}

/** Returns the email, or throws `InvalidError`. A shape check only: nothing is ever sent there. */
export function checkEmail(email: string): string {
  if (email.length > MAX_EMAIL_LENGTH || !EMAIL.test(email)) {
    const shown = email.length > MAX_EMAIL_LENGTH ? `${email.length} characters` : JSON.stringify(email);
    throw new InvalidError(
      "email",
      `${shown}; give it as name@domain, at most ${MAX_EMAIL_LENGTH} characters`,
    );
  }
  return email;
}

/** Throws `InvalidError` unless both fit the store. */
export function checkSetting(key: string, value: string | undefined): void {
  checkName("setting", key);
  if (value !== undefined && value.length > MAX_SETTING_LENGTH) {
    throw new InvalidError(
      `setting ${key}`,
      `${value.length} characters; at most ${MAX_SETTING_LENGTH} are kept`,
    );
  }
}
