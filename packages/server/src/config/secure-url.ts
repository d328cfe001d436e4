import { isLoopback } from './texts.ts';

/**
 * Whether what comes from an address can be trusted to come from there: over https, or from this machine. Addresses
 * with a user name or password in them are not accepted, for they end up in logs.
 */
export function isSecureUrl(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
}
