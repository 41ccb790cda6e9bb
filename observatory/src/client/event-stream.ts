import { addressOf } from './base';
import { problemOf, type Problem } from './problem';

/** One server-sent event. */
export interface ServerEvent {
  id: string;
  name: string;
  data: string;
}

/** Splits the text of a stream into events; what is not whole yet is kept for the next piece. */
export class EventParser {
  private rest = '';

  push(text: string): ServerEvent[] {
    const blocks = (this.rest + text).replaceAll('\r\n', '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => parseBlock(block));
  }
}

function parseBlock(block: string): ServerEvent[] {
  const event: ServerEvent = { id: '', name: 'message', data: '' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') event.id = value;
    else if (field === 'event') event.name = value;
    else if (field === 'data') data.push(value);
  }
  event.data = data.join('\n');
  return data.length > 0 ? [event] : [];
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export type StreamState = 'connecting' | 'open' | 'waiting' | 'over';

interface Follow {
  path: string;
  signal: AbortSignal;
  onEvent: (event: ServerEvent) => void;
  onState?: (state: StreamState) => void;
  /** The last event that arrived of an earlier connection, to go on after it. */
  after?: string;
  /** Called when the server refuses for good, as for a run that does not exist. */
  onRefused?: (problem: Problem) => void;
}

/**
 * Follows a stream until it is over or the signal aborts. A broken connection is made again from
 * the last event that arrived, so no event is lost or seen twice.
 */
export async function follow({ path, signal, onEvent, onState, after = '', onRefused }: Follow): Promise<void> {
  let last = after;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    onState?.('connecting');
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (last) headers['Last-Event-ID'] = last;
      const response = await fetch(addressOf(path), { headers, signal, cache: 'no-store' });
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        onRefused?.(await problemOf(response));
        onState?.('over');
        return;
      }
      if (response.ok && response.body) {
        onState?.('open');
        wait = FIRST_WAIT_MS;
        const parser = new EventParser();
        const text = response.body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
        for await (const piece of text) {
          for (const event of parser.push(piece)) {
            if (event.name === 'end') {
              onState?.('over');
              return;
            }
            if (event.id) last = event.id;
            onEvent(event);
          }
        }
      }
    } catch {
      // The connection broke; it is made again below.
    }
    if (signal.aborted) return;
    onState?.('waiting');
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}
