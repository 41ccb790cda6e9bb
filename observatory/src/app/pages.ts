import {
  Activity,
  GitBranch,
  LayoutDashboard,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Workflow,
  type LucideIcon,
} from 'lucide-react';

/** A page in the navigation. `key` follows `g` to go there by keyboard. */
export interface PageLink {
  to: string;
  label: string;
  icon: LucideIcon;
  key: string;
}

/** The navigation, in groups. */
export const NAVIGATION: { title: string | null; pages: PageLink[] }[] = [
  { title: null, pages: [{ to: '/', label: 'Home', icon: LayoutDashboard, key: 'h' }] },
  {
    title: 'Data',
    pages: [
      { to: '/data', label: 'Data', icon: SquareTerminal, key: 'd' },
      { to: '/lineage', label: 'Lineage', icon: Workflow, key: 'l' },
      { to: '/branches', label: 'Branches', icon: GitBranch, key: 'b' },
    ],
  },
  {
    title: 'Operations',
    pages: [
      { to: '/runs', label: 'Runs', icon: Activity, key: 'r' },
      { to: '/quality', label: 'Quality', icon: ShieldCheck, key: 'q' },
      { to: '/logs', label: 'Logs', icon: ScrollText, key: 'o' },
    ],
  },
  {
    title: 'System',
    pages: [
      { to: '/services', label: 'Services', icon: Server, key: 's' },
      { to: '/settings', label: 'Settings', icon: Settings, key: 't' },
    ],
  },
];

/** Every page of the navigation. */
export const PAGES = NAVIGATION.flatMap((group) => group.pages);
