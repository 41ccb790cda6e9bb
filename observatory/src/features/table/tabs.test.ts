import { expect, it } from 'vitest';
import { shownTab, tabBeside, tabsOf } from './tabs';

const ofTable = tabsOf('table');
const ofView = tabsOf('view');

it('shows the first tab where the address names none, or one that is not there', () => {
  expect(shownTab(ofTable, undefined)).toBe('preview');
  expect(shownTab(ofTable, 'files')).toBe('files');
  expect(shownTab(ofView, 'files')).toBe('preview');
});

it('goes on from the tab that the address names, and around', () => {
  expect(tabBeside(ofTable, undefined, 1)).toBe('profile');
  expect(tabBeside(ofTable, 'profile', 1)).toBe('schema');
  expect(tabBeside(ofTable, 'use', 1)).toBe('preview');
  expect(tabBeside(ofTable, undefined, -1)).toBe('use');
  expect(tabBeside(ofView, 'schema', 1)).toBe('checks');
});
