import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { findTarget, type ReplayMode } from './target.ts';

/** As if the name server said so. */
const resolvesTo = (...addresses: string[]) => {
  const asked: string[] = [];
  return {
    asked,
    resolve: async (hostname: string) => {
      asked.push(hostname);
      if (addresses.length === 0) throw new Error('ENOTFOUND');
      return addresses;
    },
  };
};

const PUBLIC = '93.184.215.14';

async function refusal(url: string, mode: ReplayMode, ...addresses: string[]): Promise<unknown> {
  const { resolve } = resolvesTo(...addresses);
  return findTarget(url, mode, resolve).then(
    () => 'allowed',
    (error) => error,
  );
}

test('W11 a name is asked for once, and all of its addresses are what is connected to', async () => {
  const { asked, resolve } = resolvesTo(PUBLIC, '2606:2800:21f::1');
  const { url, addresses } = await findTarget('https://example.com:8443/a?b#c', 'public', resolve);
  expect(url.origin).toBe('https://example.com:8443');
  expect(addresses).toEqual([PUBLIC, '2606:2800:21f::1']);
  expect(asked).toEqual(['example.com']);
});

test('W11 one address that is not public is enough for a refusal that says why', async () => {
  expect(await refusal('http://example.com', 'public', PUBLIC, '10.0.0.1')).toMatchObject({
    code: 'FORBIDDEN',
    message:
      'example.com (10.0.0.1) is not an address of the public internet: the option --webhook-replay allows public ones ' +
      'only (public), and could allow all (any).',
  });
  expect(await refusal('http://example.com', 'any', PUBLIC, '10.0.0.1')).toBe('allowed');
});

test('W11 every way to write an inner address is known', async () => {
  const { asked, resolve } = resolvesTo(PUBLIC);
  for (const host of [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '0'],
    ...[
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:7f00:1]',
      '１２７.０.０.１',
      '127.0.0.1.',
      '[64:ff9b::7f00:1]',
      '10.0.0.1',
      '0.0.0.0',
    ],
  ]) {
    const refused = findTarget(`http://${host}:80/`, 'public', resolve);
    await expect(refused, host).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(asked, 'addresses are not asked for').toEqual([]);
});

test('W11 metadata is refused even where everything is allowed', async () => {
  const expected = { code: 'FORBIDDEN', message: expect.stringContaining('metadata') };
  expect(await refusal('http://169.254.169.254/latest', 'any')).toMatchObject(expected);
  expect(await refusal('http://metadata.example', 'any', '169.254.169.254')).toMatchObject(expected);
});

test('W11 the public addresses of this machine itself are not public for it', async () => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  for (const { address } of own) {
    expect(await refusal('http://own.example', 'public', address), address).toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('W11 what is no http address, or has a password in it, is refused with the field', async () => {
  const urls = ['', 'example.com', '//example.com', 'ftp://example.com', 'file:///etc/passwd', 'http://', 'gopher://x'];
  for (const url of [...urls, 'http://user@example.com', 'http://:secret@example.com']) {
    expect(await refusal(url, 'any', PUBLIC), url).toMatchObject({ code: 'VALIDATION_ERROR', field: 'body.url' });
  }
  expect(await refusal('http://nowhere.example', 'any')).toMatchObject({
    code: 'TARGET_UNREACHABLE',
    message: 'body.url: no address is known for nowhere.example.',
  });
});

test('W11 a dot at the end of a name is not part of it', async () => {
  const { asked, resolve } = resolvesTo(PUBLIC);
  expect((await findTarget('http://example.com.:81/', 'public', resolve)).addresses).toEqual([PUBLIC]);
  expect(asked).toEqual(['example.com']);
  expect(await refusal('http://localhost./', 'any')).toMatchObject({
    message: 'body.url: no address is known for localhost.',
  });
});

test('W11 where nothing may be sent nothing is asked for', async () => {
  const { asked, resolve } = resolvesTo(PUBLIC);
  await expect(findTarget('http://example.com', 'off', resolve)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(asked).toEqual([]);
});
