import type { Schemas } from '../client/api';
import { stringifySearch } from '../shared/url-state';

type Hit = Schemas['Hit'];

const parts = encodeURIComponent;

/** Returns the address of what a search found. */
export function hrefOf(hit: Hit): string {
  switch (hit.kind) {
    case 'table':
      return `/tables/${parts(hit.id)}`;
    case 'column':
      return `/tables/${parts(hit.parent ?? hit.id)}${stringifySearch({ tab: 'schema', column: hit.title })}`;
    case 'asset':
      return `/lineage${stringifySearch({ focus: hit.id })}`;
    case 'run':
      return `/runs/${parts(hit.id)}`;
    case 'check':
      return `/quality${stringifySearch({ asset: hit.parent ?? '', check: hit.title })}`;
    case 'branch':
    case 'tag':
      return `/branches${stringifySearch({ branch: hit.id })}`;
    case 'query':
      return `/data${stringifySearch({ saved: hit.id })}`;
  }
}
