#!/usr/bin/env node
// What playwright-core starts as Firefox: starts the real one and stands between the two. Playwright's WebDriver BiDi
// asks for a command that an extended support release does not know yet and gives up at the refusal; this answers it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

const { FIREFOX_PATH = '/usr/bin/firefox-esr' } = process.env;
/** Colours of the system: no test that runs in Firefox chooses them. */
const UNKNOWN = ['emulation.setMediaFeaturesOverride'];
const ANNOUNCEMENT = /WebDriver BiDi listening on (ws:\S+)/;

const firefox = spawn(FIREFOX_PATH, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'pipe'] });
firefox.on('exit', (code) => process.exit(code ?? 1));
firefox.on('error', (error) => {
  console.error(`${FIREFOX_PATH}: ${error.message}`);
  process.exit(1);
});
// Whoever ends this process ends Firefox, and this goes when Firefox has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => firefox.kill());

for await (const line of createInterface(firefox.stderr)) {
  const announced = ANNOUNCEMENT.exec(line);
  console.error(announced ? `WebDriver BiDi listening on ${await relay(announced[1])}` : line);
}

/**
 * Listens for Playwright and passes on what the two say.
 * @param {string} target where Firefox listens
 * @returns {Promise<string>} where this listens
 */
async function relay(target) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', async (playwright, { url }) => {
    const browser = new WebSocket(target + url);
    const opened = once(browser, 'open');
    playwright.on('message', async (data) => {
      const { id, method } = JSON.parse(`${data}`);
      if (UNKNOWN.includes(method)) {
        playwright.send(JSON.stringify({ type: 'success', id, result: {} }));
        return;
      }
      await opened;
      browser.send(`${data}`);
    });
    // Also where the tests were killed: no browser outlives them.
    playwright.on('close', () => firefox.kill());
    browser.on('message', (data) => playwright.send(`${data}`));
    browser.on('close', () => playwright.close());
    browser.on('error', () => playwright.terminate());
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${server.address().port}`;
}
