import type { ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState } from '../shared/empty-state';
import { ErrorState } from '../shared/error-state';
import { LinkButton } from '../shared/link-button';
import { Page } from '../shared/page';

/** What stands at an address that is no page. */
export function NotFound() {
  return (
    <Page title="Nothing at this address">
      <EmptyState
        title="No page has this address"
        hint="Press Ctrl K to search for a table, a run or a branch."
        action={
          <LinkButton to="/">
            Go home
          </LinkButton>
        }
      />
    </Page>
  );
}

/** What stands in place of a page that failed to draw. */
export function Crashed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page failed">
      <ErrorState error={error} onRetry={reset} />
    </Page>
  );
}
