import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { SquareTerminal, Workflow } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { useCommands } from '../../../shared/commands';
import { useShortcuts } from '../../../shared/shortcuts';
import { useSetSearch } from '../../../shared/url-state';
import { selectSql } from '../snippets';
import { MaterializeButton } from './materialize';

/** What can be done with a table. */
export function TableActions({ table }: { table: Schemas['TableDetail'] }) {
  const navigate = useNavigate();
  const setSearch = useSetSearch();
  const sql = selectSql(table.table);
  const query = () => void navigate({ to: '/data', search: { sql } });
  useShortcuts([{ keys: 'e', label: 'Query this table', group: 'Table', run: query }]);
  useCommands([
    { id: 'table-query', label: `Query ${table.table}`, run: query },
    { id: 'table-lineage', label: `Lineage of ${table.table}`, run: () => void navigate({ to: '/lineage', search: { focus: table.table } }) },
    { id: 'table-use', label: `Use ${table.table} from Python, DuckDB or a notebook`, run: () => setSearch({ tab: 'use' }) },
  ]);
  return (
    <>
      <Button
        leftSection={<Workflow size={13} aria-hidden />}
        renderRoot={(props) => <Link to="/lineage" search={{ focus: table.table }} {...props} />}
      >
        Lineage
      </Button>
      <MaterializeButton asset={table.asset} />
      <Button variant="filled" leftSection={<SquareTerminal size={13} aria-hidden />} onClick={query}>
        Query
      </Button>
    </>
  );
}
