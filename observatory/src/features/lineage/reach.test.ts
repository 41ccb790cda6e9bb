import { describe, expect, it } from 'vitest';
import { isLit, networkOf, reachOf } from './reach';

const edges = [
  ['raw', 'staging'], ['staging', 'joined'], ['other', 'joined'], ['joined', 'mart'], ['mart', 'report'], ['raw', 'mart'],
].map(([source = '', target = '']) => ({ source, target }));
const network = networkOf([], edges);

describe('the reach of an asset', () => {
  it('counts steps up as negative and down as positive', () => {
    expect(Object.fromEntries(reachOf(network, 'joined', 'both', 50))).toEqual({
      joined: 0, staging: -1, other: -1, raw: -2, mart: 1, report: 2,
    });
  });
  it('ends at a depth and goes one way only if asked', () => {
    expect([...reachOf(network, 'joined', 'upstream', 1).keys()]).toEqual(['joined', 'staging', 'other']);
    expect([...reachOf(network, 'joined', 'downstream', 1).keys()]).toEqual(['joined', 'mart']);
  });
  it('ends in a cycle', () => {
    const ring = networkOf([], [{ source: 'a', target: 'b' }, { source: 'b', target: 'a' }]);
    expect([...reachOf(ring, 'a', 'both', 50).keys()]).toEqual(['a', 'b']);
  });
  it('lights the edges on the way through it and not those that go around it', () => {
    const reach = reachOf(network, 'joined', 'both', 50);
    expect(edges.filter((edge) => !isLit(edge, reach))).toEqual([{ source: 'raw', target: 'mart' }]);
  });
});
