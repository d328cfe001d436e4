import { expect, test } from 'vitest';
import { type Incoming, Place } from './place.ts';

/** Bodies that share 100 kB. */
function setUp() {
  const place = new Place(100_000);
  const dropped: string[] = [];
  const begin = (name: string, address: string) => {
    let length = 0;
    const body: Incoming = {
      address,
      get length() {
        return length;
      },
      drop: () => dropped.push(name),
    };
    return {
      bring(bytes: number): void {
        length += bytes;
        place.take(body, bytes);
      },
      end: () => place.end(body),
    };
  };
  return { place, dropped, begin };
}

test('W11 where all memory is taken, who holds most gives its slowest body, and newcomers are taken', () => {
  const { place, dropped, begin } = setUp();
  const stalled = Array.from({ length: 9 }, (_, index) => begin(`stalled ${index}`, '198.51.100.1'));
  for (const one of stalled) one.bring(10_000);
  begin('another', '198.51.100.2').bring(10_000);
  expect(dropped).toEqual([]);
  for (let i = 0; i < 5; i++) {
    const newcomer = begin(`newcomer ${i}`, '203.0.113.1');
    newcomer.bring(500);
    newcomer.end();
    place.release(500);
  }
  expect(dropped).toEqual(['stalled 0']);
  stalled[1]?.bring(5000);
  begin('newcomer', '203.0.113.1').bring(9000);
  expect(dropped).toEqual(['stalled 0', 'stalled 2']);
  expect(place.taken).toBe(8 * 10_000 + 5000 - 10_000 + 10_000 + 9000);
});

test('W11 who brings a byte now and then is not taken for somebody who goes on', () => {
  const { dropped, begin } = setUp();
  const [trickling, brisk] = [begin('trickling', '192.0.2.1'), begin('brisk', '192.0.2.1')];
  trickling.bring(40_000);
  brisk.bring(40_000);
  brisk.bring(2000);
  for (let i = 0; i < 500; i++) trickling.bring(1);
  begin('newcomer', '192.0.2.2').bring(20_000);
  expect(dropped).toEqual(['trickling']);
});

test('W11 addresses of one IPv6 network are one sender; who is whole is not broken off', () => {
  const { place, dropped, begin } = setUp();
  const whole = begin('whole', '2001:db8::1');
  whole.bring(60_000);
  whole.end();
  for (let i = 0; i < 4; i++) begin(`part ${i}`, `2001:db8::${i}`).bring(8000);
  begin('other', '192.0.2.1').bring(10_000);
  expect(dropped).toEqual(['part 0']);
  expect(place.taken).toBe(60_000 + 3 * 8000 + 10_000);
});
