import { BrushCleaning, HardDrive, RotateCw, ServerCrash } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import type { DiskUsage } from '../../../electron/ipc/contract/disk.ts';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { useKeptScroll } from '../../stores/kept-scroll.ts';
import { useServices, useTasks, useUiState } from '../../stores/services.tsx';
import { runningTasks, shareOf } from '../../stores/task-store.ts';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page, PageBar } from '../../ui/page.tsx';
import { ProgressBar } from '../../ui/progress.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { CleanupDialog } from './cleanup-dialog.tsx';
import styles from './page.module.css';
import { UsageBars } from './usage-bar.tsx';
import { UsageTable } from './usage-table.tsx';
import { type Measured, useUsage } from './use-usage.ts';
import { type CategoryId, categoriesOf, totalsOf } from './view-model.ts';

const words = t.disk;
/** Less than this share of a disk left is worth a word. */
const LOW = 0.05;

/** Where every byte of the engine is, against what the disk has left, and what could go. */
export function DiskPage(): ReactElement {
  const { ui } = useServices();
  const measured = useUsage();
  const { usage, error, busy, measure } = measured;
  const cleaning = useUiState((state) => state.asking?.command === 'disk.cleanup');
  const close = () => ui.setState({ asking: null });
  return (
    <Page>
      <PageBar
        title={words.title}
        end={
          <>
            {usage && <span className={styles.when}>{busy ? words.measuring : <RelativeTime time={usage.measuredAt} />}</span>}
            <IconButton label={words.refresh} disabled={busy} onClick={measure}>
              <RotateCw />
            </IconButton>
            <Button look="primary" disabled={!usage} onClick={() => ui.setState({ asking: { command: 'disk.cleanup', ids: [] } })}>
              <BrushCleaning />
              {words.cleanUp}
            </Button>
          </>
        }
      />
      <EngineGate>
        <Content measured={measured} />
        {error !== '' && usage && <Banner look="error">{`${words.failed}. ${error}`}</Banner>}
      </EngineGate>
      {cleaning && usage && <CleanupDialog usage={usage} onClose={close} />}
    </Page>
  );
}

function Content({ measured: { usage, error, measure, cleaned } }: { readonly measured: Measured }): ReactElement {
  if (!usage && error !== '') {
    return <EmptyState alert icon={<ServerCrash />} title={words.failed} text={error} action={<Button onClick={measure}>{t.retry}</Button>} />;
  }
  if (!usage) return <SkeletonRows label={words.measuring} />;
  const freed = cleaned?.state === 'done' ? Number(cleaned.result) : null;
  return (
    <>
      <Cleaning />
      {cleaned?.state === 'failed' && <Banner look="error">{`${words.cleanup.partly}. ${cleaned.error}`}</Banner>}
      {usage.free < usage.total * LOW && <Banner>{words.low(usage.free)}</Banner>}
      <Usage usage={usage} freed={freed} />
    </>
  );
}

/** The cleanup that goes on; it goes on without this screen as well. */
function Cleaning(): ReactElement | null {
  const tasks = useTasks((state) => state.tasks);
  const row = runningTasks(tasks).find(({ kind }) => kind === 'disk.cleanup');
  if (!row) return null;
  const text = words.cleanup.running(row.current, row.total);
  return (
    <div className={styles.summary}>
      <p className={styles.sub}>{text}</p>
      <ProgressBar label={text} share={shareOf(row)} />
    </div>
  );
}

function Usage({ usage, freed }: { readonly usage: DiskUsage; readonly freed: number | null }): ReactElement {
  const [lit, setLit] = useState<CategoryId | null>(null);
  const scroll = useKeptScroll('disk');
  const categories = useMemo(() => categoriesOf(usage), [usage]);
  const totals = totalsOf(usage, categories);
  if (totals.own === 0) return <EmptyState icon={<HardDrive />} title={words.nothing} text={words.nothingText} note={joined(diskSize(usage.free))} />;
  return (
    <div ref={scroll} className={styles.scroll} tabIndex={0} role="region" aria-label={words.title}>
      {freed !== null && (
        <p className={styles.summary} role="status">
          {words.lastFreed(freed)}
        </p>
      )}
      <UsageBars categories={categories} totals={totals} root={usage.root} lit={lit} />
      <UsageTable categories={categories} own={totals.own} onPoint={setLit} />
    </div>
  );
}
