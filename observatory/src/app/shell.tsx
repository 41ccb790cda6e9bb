import { ActionIcon } from '@mantine/core';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Boxes, Keyboard, Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { listen, useShortcuts } from '../shared/shortcuts';
import { NAVIGATION, PAGES } from './pages';
import { RefSwitcher } from './ref-switcher';
import { SchemeToggle } from './scheme-toggle';
import { SignInGate } from './sign-in';
import { LiveData } from './live-data';
import css from './shell.module.css';

const loadPalette = () => import('./palette');
const Palette = lazy(loadPalette);
const PRELOAD_MS = 1500;
const ShortcutSheet = lazy(() => import('./shortcut-sheet'));

/** What stands around every page: navigation, the ref, search, the keyboard. */
export function Shell() {
  const navigate = useNavigate();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  useEffect(listen, []);
  // Fetched ahead, so that what is typed right after Ctrl K arrives in it.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  useShortcuts([
    { keys: 'mod+k', label: 'Search and commands', group: 'Anywhere', run: () => setPalette(true), whileTyping: true },
    { keys: '?', label: 'Show the shortcuts', group: 'Anywhere', run: () => setSheet(true) },
    ...PAGES.map(({ to, label, key }) => ({
      keys: `g ${key}`,
      label,
      group: 'Go to',
      run: () => void navigate({ to }),
    })),
  ]);
  return (
    <div className={css.shell}>
      <Navigation />
      <header className={css.header}>
        <RefSwitcher />
        <span className={css.space} />
        <button type="button" className={css.search} onClick={() => setPalette(true)}>
          <Search size={14} aria-hidden />
          Search tables, runs, commands
          <kbd className={css.key}>Ctrl K</kbd>
        </button>
        <ActionIcon aria-label="Keyboard shortcuts" onClick={() => setSheet(true)}>
          <Keyboard size={16} aria-hidden />
        </ActionIcon>
        <SchemeToggle />
      </header>
      <main className={css.main} id="content" tabIndex={-1}>
        <SignInGate>
          <LiveData />
          <Outlet />
        </SignInGate>
      </main>
      <Suspense>
        {palette && <Palette onClose={() => setPalette(false)} />}
        {sheet && <ShortcutSheet onClose={() => setSheet(false)} />}
      </Suspense>
    </div>
  );
}

function Navigation() {
  return (
    <nav className={css.nav} aria-label="Pages">
      <a
        className={css.skip}
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        Skip to the content
      </a>
      <div className={css.brand}>
        <Boxes size={18} aria-hidden />
        <span>Observatory</span>
      </div>
      {NAVIGATION.map(({ title, pages }) => (
        <div key={title ?? 'first'}>
          {title && <div className={css.group}>{title}</div>}
          {pages.map(({ to, label, icon: Icon }) => (
            <Link key={to} to={to} className={css.link} activeOptions={{ exact: to === '/', includeSearch: false }} title={label}>
              <Icon size={15} strokeWidth={1.9} aria-hidden />
              <span>{label}</span>
            </Link>
          ))}
        </div>
      ))}
      <div className={css.foot}>
        <a className={css.link} href="./dagster/" title="Dagster UI">
          <Boxes size={15} strokeWidth={1.9} aria-hidden />
          <span>Dagster UI</span>
        </a>
      </div>
    </nav>
  );
}
