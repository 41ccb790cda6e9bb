import { expect, it } from 'vitest';
import { SIZES } from '../layout/layout';
import { nodeAt } from './blocks';
import { boundsOf } from './use-fit';

const nodes = [
  { id: 'a', position: { x: 0, y: 0 } },
  { id: 'b', position: { x: 500, y: 100 } },
];

it('a place in or a little beside a block means its asset', () => {
  expect(nodeAt(nodes, { x: 1, y: 1 }, 0)?.id).toBe('a');
  expect(nodeAt(nodes, { x: 500 + SIZES.width + 4, y: 110 }, 5)?.id).toBe('b');
  expect(nodeAt(nodes, { x: 500 + SIZES.width + 6, y: 110 }, 5)).toBeUndefined();
});

it('what is brought into sight are the places asked for, whole', () => {
  const points = new Map(nodes.map(({ id, position }) => [id, position]));

  expect(boundsOf(['a', 'b', 'unknown'], points)).toEqual({
    x: 0,
    y: 0,
    width: 500 + SIZES.width,
    height: 100 + SIZES.height,
  });
  expect(boundsOf(['unknown'], points)).toBeNull();
});
