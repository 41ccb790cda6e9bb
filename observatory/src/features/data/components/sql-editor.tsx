import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, Prec } from '@codemirror/state';
import {
  drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type Ref } from 'react';
import { completeKeywords, completeSql, type Catalog } from './sql-completion';
import { typedOver } from './typed-over';

/** What the page does with the editor. */
export interface EditorHandle {
  insert: (text: string) => void;
  replace: (text: string) => void;
  focus: () => void;
  /** Returns the selection, or an empty text, and where the cursor is. */
  place: () => { selected: string; cursor: number };
}

interface Props {
  handle: Ref<EditorHandle>;
  initial: string;
  catalog: Catalog;
  onChange: (text: string) => void;
  onRun: () => void;
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--syntax-keyword)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--syntax-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--syntax-number)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--syntax-type)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--syntax-comment)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'var(--panel)', color: 'var(--fg)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--fg)' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--fg-3)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--fg)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent) !important',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--selected)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selected)' },
  '.cm-placeholder': { color: 'var(--fg-3)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)', border: '1px solid var(--line-strong)', borderRadius: '7px',
    boxShadow: 'var(--shadow)', overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '12px' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', color: 'var(--fg)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--selected)', color: 'var(--fg)' },
  '.cm-completionDetail': { color: 'var(--fg-2)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-panels': { backgroundColor: 'var(--bg)', color: 'var(--fg)' },
});

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** The SQL editor: completion from the ref's schema, Ctrl Enter runs the statement at the cursor. */
export default function SqlEditor({ handle, initial, catalog, onChange, onRun }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const first = useRef(initial);
  const changed = useEffectEvent(onChange);
  const run = useEffectEvent(onRun);
  const known = useEffectEvent(() => catalog);

  useEffect(() => {
    if (!host.current) return;
    const runs = [{ key: 'Mod-Enter', run: () => (run(), true), preventDefault: true }];
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          Prec.highest(keymap.of(runs)),
          lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(),
          closeBrackets(), highlightSelectionMatches(),
          PostgreSQL.language,
          PostgreSQL.language.data.of({ autocomplete: completeSql(() => known()) }),
          PostgreSQL.language.data.of({ autocomplete: completeKeywords }),
          autocompletion({ icons: false }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]),
          syntaxHighlighting(colours),
          look,
          typedOver,
          placeholder('select … from … (Ctrl Enter runs the statement at the cursor)'),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    editor.focus();
    return () => editor.destroy();
  }, []);

  useImperativeHandle(handle, () => ({
    insert(text) {
      const editor = view.current;
      if (!editor) return;
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    },
    replace(text) {
      const editor = view.current;
      if (!editor) return;
      editor.dispatch({
        changes: { from: 0, to: editor.state.doc.length, insert: text },
        selection: { anchor: text.length },
      });
    },
    focus: () => view.current?.focus(),
    place() {
      const range = view.current?.state.selection.main;
      if (!range || !view.current) return { selected: '', cursor: 0 };
      return { selected: view.current.state.sliceDoc(range.from, range.to), cursor: range.head };
    },
  }));

  return <div ref={host} style={{ height: '100%' }} />;
}
