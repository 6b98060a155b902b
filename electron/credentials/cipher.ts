import { ShellError } from '../ipc/failure.ts';

/** Why secrets cannot be kept by the app itself; empty: they can. */
export type CipherLack = '' | 'browser' | 'no-keychain' | 'basic-text';

/** Encrypts with a key that the system keeps for this user. */
export interface Cipher {
  readonly lack: CipherLack;
  /** Base64. @throws ShellError where `lack` is not empty. */
  encrypt(text: string): string;
  /** @throws ShellError for what this user's key does not open. */
  decrypt(text: string): string;
}

/** The part of Electron's module that is used. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean;
  /** On Linux alone. */
  getSelectedStorageBackend?(): string;
  encryptString(text: string): Buffer;
  decryptString(encrypted: Buffer): string;
}

/** Keychain on macOS, DPAPI on Windows, kwallet or libsecret on Linux. Without these Electron's key is a known word, which protects nothing. */
export function systemCipher(storage: SafeStorage): Cipher {
  const usable = (): CipherLack => {
    if (!storage.isEncryptionAvailable()) return 'no-keychain';
    return storage.getSelectedStorageBackend?.() === 'basic_text' ? 'basic-text' : '';
  };
  const check = (): void => {
    const lack = usable();
    if (lack !== '') throw new ShellError(`this system has no keychain that the app could use (${lack})`, 400);
  };
  return {
    get lack() {
      return usable();
    },
    encrypt(text) {
      check();
      return storage.encryptString(text).toString('base64');
    },
    decrypt(text) {
      check();
      try {
        return storage.decryptString(Buffer.from(text, 'base64'));
      } catch (error) {
        throw new ShellError("the system's keychain does not open this login any more: log in again", 0, { cause: error });
      }
    },
  };
}

/** Browser mode runs without Electron, and so without a way to the system's keychain. */
export const NO_CIPHER: Cipher = {
  lack: 'browser',
  encrypt: refuse,
  decrypt: refuse,
};

function refuse(): never {
  throw new ShellError('in a browser the app has no access to the keychain of the system', 400);
}
