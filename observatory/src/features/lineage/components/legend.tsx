import type { Schemas } from '../../../client/api';
import { count } from '../../../shared/format';
import { legendOf } from '../lenses';
import type { View } from '../use-view';
import css from './lineage.module.css';

const MOST = 8;

/** What the colours mean under the lens, and how many assets have each. */
export function Legend({ graph, look }: { graph: Schemas['AssetGraph']; look: View['look'] }) {
  const all = legendOf(graph.nodes, look);
  return (
    <ul className={css.legend} aria-label="What the colours mean">
      {all.slice(0, MOST).map((seen) => (
        <li key={seen.word}>
          <i style={{ background: seen.colour }} aria-hidden />
          {seen.word} <span className="num">{count(seen.count)}</span>
        </li>
      ))}
      {all.length > MOST && <li>and {count(all.length - MOST)} more</li>}
    </ul>
  );
}
