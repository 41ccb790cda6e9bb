import { expect, it } from 'vitest';
import { EventParser } from './event-parser';

it('events come whole however the stream is cut', () => {
  const text = 'retry: 1000\n\nid: 7\nevent: log\ndata: {"a":1}\n\n: still here\n\nid: 8\ndata: x\ndata: y\n\n';
  for (let cut = 1; cut < text.length; cut += 1) {
    const parser = new EventParser();
    const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
    expect(events).toEqual([
      { id: '7', name: 'log', data: '{"a":1}' },
      { id: '8', name: 'message', data: 'x\ny' },
    ]);
  }
});

it('a block without data tells the place alone', () => {
  expect(new EventParser().push('retry: 1000\nid: 7\n\n: still here\n\n')).toEqual([
    { id: '7', name: 'message', data: '' },
  ]);
});
