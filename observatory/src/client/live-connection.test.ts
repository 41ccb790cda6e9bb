import { afterEach, expect, it, vi } from 'vitest';
import { LiveConnection, type LiveEvent, type StreamState, type Watch } from './live-connection';

interface Asked {
  watches: string[];
  places: string[];
  say: (text: string) => void;
  cut: () => void;
}

/** Stands for the server: answers each connection with a stream that the test writes. */
function server(refused: string[] = []): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (address: string, request: RequestInit) => {
    const watches = new URL(address, 'http://localhost').searchParams.getAll('watch');
    const unknown = watches.find((path) => refused.includes(path));
    if (unknown) {
      const problem = { status: 404, code: 'run-not-found', detail: 'no such run', fix: 'x', instance: unknown };
      return Promise.resolve(new Response(JSON.stringify(problem), { status: 404 }));
    }
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const headers = request.headers as Record<string, string>;
        asked.push({
          watches,
          places: JSON.parse(headers['Last-Event-ID'] ?? '[]') as string[],
          say: (text) => controller.enqueue(new TextEncoder().encode(text)),
          cut: () => controller.close(),
        });
        request.signal?.addEventListener('abort', () => controller.error(request.signal?.reason));
      },
    });
    return Promise.resolve(new Response(body));
  });
  return asked;
}

const event = (places: string[], watch: number, data: unknown): string =>
  `id: ${JSON.stringify(places)}\nevent: log\ndata: ${JSON.stringify({ watch, event: data })}\n\n`;

function watching(path: string): Watch & { seen: LiveEvent[]; states: StreamState[]; problems: string[] } {
  const seen: LiveEvent[] = [];
  const states: StreamState[] = [];
  const problems: string[] = [];
  return {
    path,
    place: '',
    seen,
    states,
    problems,
    onEvent: (one) => seen.push(one),
    onState: (one) => states.push(one),
    onRefused: (one) => problems.push(one.code),
  };
}

afterEach(() => vi.unstubAllGlobals());

it('all that is watched shares one connection, and one more goes on where the others are', async () => {
  const asked = server();
  const live = new LiveConnection();
  const [refs, runs, log] = [watching('/refs'), watching('/runs'), watching('/runs/1')];
  live.add(refs);
  live.add(runs);
  await vi.waitFor(() => expect(asked.length).toBe(1));
  expect(asked[0]?.watches).toEqual(['/refs', '/runs']);

  asked[0]?.say('retry: 1000\nid: ["0","a"]\n\n');
  asked[0]?.say(event(['0', 'b'], 1, { run: 1 }));
  await vi.waitFor(() => expect(runs.seen).toEqual([{ name: 'log', data: { run: 1 } }]));
  const stop = live.add(log);
  await vi.waitFor(() => expect(asked.length).toBe(2));

  expect(asked[1]?.places).toEqual(['0', 'b', '']);
  stop();
  await vi.waitFor(() => expect(asked.length).toBe(3));
  expect(asked[2]?.watches).toEqual(['/refs', '/runs']);
  expect(refs.seen).toEqual([]);
});

it('a connection that breaks is made again from the last place', async () => {
  const asked = server();
  const live = new LiveConnection();
  const log = watching('/runs/1');
  live.add(log);
  await vi.waitFor(() => expect(asked.length).toBe(1));

  asked[0]?.say(event(['7'], 0, 'seven'));
  await vi.waitFor(() => expect(log.seen.length).toBe(1));
  asked[0]?.cut();
  await vi.waitFor(() => expect(asked.length).toBe(2), 3000);

  expect(asked[1]?.places).toEqual(['7']);
  expect(log.states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
});

it('the end of a watch and a refusal leave the others', async () => {
  const asked = server(['/runs/unknown']);
  const live = new LiveConnection();
  const [refs, unknown, log] = [watching('/refs'), watching('/runs/unknown'), watching('/runs/1')];
  for (const watch of [refs, unknown, log]) live.add(watch);
  await vi.waitFor(() => expect(asked.length).toBe(1));
  expect(unknown.problems).toEqual(['run-not-found']);
  expect(unknown.states.at(-1)).toBe('over');
  expect(asked[0]?.watches).toEqual(['/refs', '/runs/1']);

  asked[0]?.say('event: end\ndata: {"watch":1,"event":null}\n\n');
  asked[0]?.say(event(['4', ''], 0, 'moved'));
  await vi.waitFor(() => expect(refs.seen.length).toBe(1));

  expect(log.states.at(-1)).toBe('over');
  expect(asked.length).toBe(1);
});
