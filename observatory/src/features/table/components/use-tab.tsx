import type { Schemas } from '../../../client/api';
import { basePath } from '../../../client/base';
import { CodeBlock } from '../../../shared/code-block';
import { useLakeRef } from '../../../shared/lake-ref';
import { Card } from '../../../shared/page';
import { snippetsOf } from '../snippets';
import css from './table.module.css';

/** How a table is read from elsewhere, ready to copy. */
export function UseTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  return (
    <div className={css.split}>
      {snippetsOf(table, ref, `${window.location.origin}${basePath}`).map(({ title, hint, code }) => (
        <Card key={title} title={title} padded>
          <div className={css.field}>
            <p className="dim">{hint}</p>
            <CodeBlock code={code} label={`${title} for ${table.table}`} />
          </div>
        </Card>
      ))}
    </div>
  );
}
