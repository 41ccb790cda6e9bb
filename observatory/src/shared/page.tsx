import { useDocumentTitle } from '@mantine/hooks';
import type { CSSProperties, ReactNode } from 'react';
import css from './page.module.css';

interface PageProps {
  /** The name of the page: its h1 and the title of the tab. */
  title: string;
  /** What stands beside the name. */
  beside?: ReactNode;
  /** Actions, at the right end. One of them at most is primary. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page that scrolls: its name, its actions, its content. */
export function Page({ title, beside, actions, children }: PageProps) {
  useDocumentTitle(`${title} · Observatory`);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1>{title}</h1>
        {beside}
        {actions && <div className={css.end}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A page that fills the window and scrolls in its parts; its h1 is read, not shown. */
export function FullPage({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} · Observatory`);
  return (
    <div className={css.fill}>
      <h1 className="sr">{title}</h1>
      {children}
    </div>
  );
}

interface CardProps {
  title?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
  /** Whether the content gets room around it; lists and tables do not. */
  padded?: boolean;
  style?: CSSProperties;
  children: ReactNode;
}

/** A framed part of a page. */
export function Card({ title, sub, actions, padded = false, style, children }: CardProps) {
  return (
    <section className={css.card} style={style}>
      {title !== undefined && (
        <div className={css.cardHead}>
          <h2>{title}</h2>
          {sub !== undefined && <span className={css.sub}>{sub}</span>}
          {actions && <div className={css.end}>{actions}</div>}
        </div>
      )}
      {padded ? <div className={css.body}>{children}</div> : children}
    </section>
  );
}
