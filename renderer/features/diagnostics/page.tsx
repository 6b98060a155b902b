import { type ReactElement, useEffect, useRef } from 'react';
import { useKeptScroll } from '../../stores/kept-scroll.ts';
import { t } from '../../strings/t.ts';
import { Page, PageBar } from '../../ui/page.tsx';
import { Bundle } from './bundle.tsx';
import { Checks } from './checks.tsx';
import styles from './diagnostics.module.css';
import { EngineLoad, EngineLogTail } from './engine-log.tsx';

/** What is wrong with this machine and this engine, and what helps; each part stands for itself when the engine is down. */
export function DiagnosticsPage({ id }: { readonly id: string | null }): ReactElement {
  const bundle = useRef<HTMLDivElement>(null);
  const scroll = useKeptScroll('diagnostics', id !== null);
  useEffect(() => {
    if (id === 'support') bundle.current?.scrollIntoView({ block: 'start' });
  }, [id]);
  return (
    <Page>
      <PageBar title={t.diagnostics.title} />
      <div ref={scroll} className={styles.scroll} role="region" aria-label={t.diagnostics.title} tabIndex={0}>
        <Checks />
        <div ref={bundle}>
          <Bundle />
        </div>
        <EngineLoad />
        <EngineLogTail />
      </div>
    </Page>
  );
}
