// @vitest-environment node
import { createServer as createApi, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServer, type ViteDevServer } from 'vite';

let api: Server;
let page: ViteDevServer;
const heard: IncomingMessage[] = [];

/** Stands for the API: remembers who asked, begins a stream and then breaks off. */
beforeAll(async () => {
  api = createApi((asked, answer) => {
    heard.push(asked);
    if (asked.url !== '/api/live/refs') {
      answer.end('{}');
      return;
    }
    answer.write('retry: 1000\n\n');
    setTimeout(() => answer.destroy(), 50);
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  process.env.PHLO_API = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  page = await createServer({ logLevel: 'silent', server: { host: '127.0.0.1', port: 0, hmr: false } });
  await page.listen();
}, 60_000);

afterAll(async () => {
  await page.close();
  api.close();
});

const port = (): number => (page.httpServer?.address() as AddressInfo).port;

it('a change reaches the API with the host and origin of the page', async () => {
  const origin = `http://127.0.0.1:${port()}`;

  await fetch(`${origin}/api/nessie/refs`, { method: 'POST', headers: { origin }, body: '{}' });

  expect(heard.at(-1)?.headers.origin).toBe(origin);
  expect(heard.at(-1)?.headers.host).toBe(`127.0.0.1:${port()}`);
});

it('a stream that the API breaks off ends for the page', async () => {
  const ended = new Promise<string>((resolve) => {
    const asked = request({ port: port(), host: '127.0.0.1', path: '/api/live/refs' }, (answer) => {
      answer.on('error', () => resolve('broken off'));
      answer.on('end', () => resolve('over'));
      answer.resume();
    });
    asked.end();
  });

  expect(await ended).toBe('broken off');
});
