import { addressOf } from './base';
import { EventParser, type ServerEvent } from './event-parser';
import { problemOf, type Problem } from './problem';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export type StreamState = 'connecting' | 'open' | 'waiting' | 'over';

/** What is told of a watch: its name, and its data as JSON. */
export interface LiveEvent {
  name: string;
  data: unknown;
}

/** One thing that is watched: the path of its stream, and who is told. */
export interface Watch {
  path: string;
  /** The place of the last event that arrived, to go on after it. */
  place: string;
  onEvent: (event: LiveEvent) => void;
  onState: (state: StreamState) => void;
  /** Called when the server refuses for good, as for a run that does not exist. */
  onRefused: (problem: Problem) => void;
}

/**
 * The one live connection of this page, of which a browser has six for all its windows.
 *
 * It carries all that is watched, and is made anew when that changes or when it breaks. Each watch
 * goes on after the last event that arrived, so no event is lost or seen twice.
 */
export class LiveConnection {
  private readonly watches = new Set<Watch>();
  private current: AbortController | null = null;
  private planned: ReturnType<typeof setTimeout> | undefined;

  /** Begins to watch; the function that comes back ends it. */
  add(watch: Watch): () => void {
    this.watches.add(watch);
    watch.onState('connecting');
    this.plan();
    return () => {
      if (this.watches.delete(watch)) this.plan();
    };
  }

  /** Makes the connection anew once all that comes and goes in one turn has done so. */
  private plan(): void {
    clearTimeout(this.planned);
    this.planned = setTimeout(() => {
      this.current?.abort();
      this.current = null;
      if (this.watches.size === 0) return;
      this.current = new AbortController();
      void this.keep(this.current.signal);
    }, 0);
  }

  private async keep(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted && this.watches.size > 0) {
      const watches = [...this.watches];
      const outcome = await this.connect(watches, signal);
      if (signal.aborted) return;
      if (outcome === 'changed') continue;
      if (outcome === 'opened') wait = FIRST_WAIT_MS;
      tell(this.left(watches), 'waiting');
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      if (signal.aborted) return;
      tell(this.left(watches), 'connecting');
    }
  }

  /** Reads one connection to its end; says whether it opened, or changed what is watched. */
  private async connect(watches: Watch[], signal: AbortSignal): Promise<'opened' | 'failed' | 'changed'> {
    let outcome: 'opened' | 'failed' = 'failed';
    try {
      const response = await fetch(addressOver(watches), { headers: headersOf(watches), signal, cache: 'no-store' });
      if (isRefusal(response.status)) {
        this.refuse(watches, await problemOf(response));
        return 'changed';
      }
      if (!response.ok || !response.body) return 'failed';
      outcome = 'opened';
      tell(watches, 'open');
      const parser = new EventParser();
      const text = response.body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
      for await (const piece of text) {
        for (const event of parser.push(piece)) {
          if (signal.aborted) return outcome;
          this.take(watches, event);
        }
      }
    } catch {
      // The connection broke, or was ended for another.
    }
    return outcome;
  }

  private take(watches: Watch[], event: ServerEvent): void {
    if (event.id) setPlaces(watches, event.id);
    if (!event.data) return;
    const { watch: index, event: data } = JSON.parse(event.data) as { watch: number; event: unknown };
    const watch = watches[index];
    if (!watch || !this.watches.has(watch)) return;
    if (event.name !== 'end') {
      watch.onEvent({ name: event.name, data });
      return;
    }
    this.watches.delete(watch);
    watch.onState('over');
  }

  /** Drops the watch that the server refused, or all if it does not say which one. */
  private refuse(watches: Watch[], problem: Problem): void {
    const named = watches.filter((watch) => watch.path === problem.instance);
    for (const watch of named.length > 0 ? named : watches) {
      if (!this.watches.delete(watch)) continue;
      watch.onRefused(problem);
      watch.onState('over');
    }
  }

  private left(watches: Watch[]): Watch[] {
    return watches.filter((watch) => this.watches.has(watch));
  }
}

const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

function tell(watches: Watch[], state: StreamState): void {
  for (const watch of watches) watch.onState(state);
}

function addressOver(watches: Watch[]): string {
  const asked = new URLSearchParams(watches.map((watch) => ['watch', watch.path]));
  return addressOf(`/api/live/events?${asked}`);
}

function headersOf(watches: Watch[]): Record<string, string> {
  const places = JSON.stringify(watches.map((watch) => watch.place));
  return { accept: 'text/event-stream', 'Last-Event-ID': places };
}

function setPlaces(watches: Watch[], id: string): void {
  const places = JSON.parse(id) as string[];
  watches.forEach((watch, index) => {
    watch.place = places[index] ?? watch.place;
  });
}

/** The live connection of this page. */
export const liveConnection = new LiveConnection();
