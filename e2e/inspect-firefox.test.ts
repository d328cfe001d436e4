import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InspectTab } from './support/inspect-tab.ts';
import { poll } from './support/poll.ts';
import { setStage } from './support/stage.ts';

const stage = setStage([], 'Firefox');

test('W11 W5 in Firefox too a webhook is created, shows requests live and what is inside', async () => {
  const tab = await InspectTab.create(await stage.page(), stage.server.url);
  await tab.sendJson('/orders?a=1', { id: 1042 });
  await tab.row('/orders').waitFor();
  await tab.body.getByText('1042').waitFor();
  await tab.send('/gz', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync('{"inside":true}'),
  });
  await tab.show('/gz');
  await tab.body.getByText('"inside"').waitFor();
  await tab.page.getByRole('searchbox', { name: 'Search requests' }).fill('1042');
  await poll(() => tab.targets()).toEqual(['POST /orders?a=1']);
  await tab.page.reload();
  await tab.waitUntilLive();
  await poll(() => tab.rows.count()).toBe(2);
  expect(await tab.page.title()).toContain(tab.id);
});
