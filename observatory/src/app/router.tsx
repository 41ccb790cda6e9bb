import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { basePath } from '../client/base';
import { parseSearch, stringifySearch, type Search } from '../shared/url-state';
import { Crashed, NotFound } from './not-found';
import { Shell } from './shell';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  validateSearch: (search: Record<string, unknown>): Search => search as Search,
  search: { middlewares: [retainSearchParams(['ref'])] },
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../features/home/page')),
});
const data = createRoute({
  getParentRoute: () => root,
  path: '/data',
  component: lazyRouteComponent(() => import('../features/data/page')),
});
const table = createRoute({
  getParentRoute: () => root,
  path: '/tables/$table',
  component: lazyRouteComponent(() => import('../features/table/page')),
});
const lineage = createRoute({
  getParentRoute: () => root,
  path: '/lineage',
  component: lazyRouteComponent(() => import('../features/lineage/page')),
});
const branches = createRoute({
  getParentRoute: () => root,
  path: '/branches',
  component: lazyRouteComponent(() => import('../features/branches/page')),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  component: lazyRouteComponent(() => import('../features/runs/page')),
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$run',
  component: lazyRouteComponent(() => import('../features/run/page')),
});
const quality = createRoute({
  getParentRoute: () => root,
  path: '/quality',
  component: lazyRouteComponent(() => import('../features/quality/page')),
});
const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  component: lazyRouteComponent(() => import('../features/logs/page')),
});
const services = createRoute({
  getParentRoute: () => root,
  path: '/services',
  component: lazyRouteComponent(() => import('../features/services/page')),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/page')),
});

const routeTree = root.addChildren([
  home, data, table, lineage, branches, runs, run, quality, logs, services, settings,
]);

/** Returns the router: a page for each address, loaded when it is first needed. */
export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    basepath: basePath || '/',
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
