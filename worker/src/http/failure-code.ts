import { LocalAddressError } from './connector.ts';

const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** What kept a request from being answered, as a code: error texts quote addresses. */
export function failureCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : 'Unknown';
}

/** Whether the name of an allowed host led to an address that isn't. */
export function isLocalAddressError(error: unknown): boolean {
  return error instanceof LocalAddressError;
}
