import { ArrowRight, Ban, Bell, Download, EllipsisVertical, FileArchive, Hammer, Play, Replace, RotateCcw, Upload } from 'lucide-react';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import type { TaskKind, TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useNotices, useServices, useTasks } from '../../stores/services.tsx';
import { keptBytes } from '../../stores/task-kept.ts';
import { shareOf } from '../../stores/task-store.ts';
import { duration } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { ProgressBar } from '../../ui/progress.tsx';
import { RelativeTime, useNow } from '../../ui/relative-time.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/table-row.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './cells.module.css';
import { cancelTask, retryTask } from './commands.tsx';
import { noticePath, noticeState, noticeText, noticeTitle } from './notice-words.ts';
import { amountText, leftText, rateText, reasonText, taskState, taskTitle, took } from './view-model.ts';

interface CellProps {
  readonly id: string;
}

const useRow = (id: string): TaskRow | undefined => useTasks((state) => state.tasks?.get(id));
const useNotice = (id: string): Notice | undefined => useNotices((state) => state.notices.get(id));

const ICONS: Readonly<Record<string, ReactElement>> = { pull: <Download />, update: <Replace />, push: <Upload />, load: <FileArchive />, build: <Hammer /> };
export const kindIcon = (kind: TaskKind): ReactElement => ICONS[kind.split('.')[1] ?? ''] ?? <FileArchive />;

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const notice = useNotice(id);
  if (!row && !notice) return null;
  return (
    <span className={styles.name}>
      {row ? kindIcon(row.kind) : <Bell />}
      <MiddleText text={row ? taskTitle(row) : notice ? noticeTitle(notice) : ''} className={styles.title} />
    </span>
  );
}

function StateCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const notice = useNotice(id);
  if (!row && !notice) return null;
  const { tone, word } = row ? taskState(row) : noticeState(notice as Notice);
  const why = row ? reasonText(row) : (notice?.detail ?? '');
  return (
    <span className={styles.state} data-tone={tone} title={why}>
      <StatusDot tone={tone} />
      <span className={styles.word}>{word}</span>
    </span>
  );
}

function ProgressCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const notice = useNotice(id);
  // Of what failed the reason tells more than how far it came.
  const why = row?.state === 'failed' ? reasonText(row) : notice ? notice.detail || noticeText(notice) : '';
  if (why !== '') {
    return (
      <span className={styles.why} title={why}>
        {visibleText(why)}
      </span>
    );
  }
  if (!row) return null;
  if (row.state !== 'running') return <span className={styles.dim}>{amountText(row)}</span>;
  return (
    <span className={styles.progress}>
      <ProgressBar label={taskTitle(row)} share={shareOf(row)} />
      <span className={styles.amount}>{amountText(row)}</span>
    </span>
  );
}

function RateCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  return (
    <span className={styles.dim} title={leftText(row)}>
      {[rateText(row), leftText(row)].filter(Boolean).join(' · ')}
    </span>
  );
}

function StartedCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const notice = useNotice(id);
  const startedAt = row?.startedAt ?? notice?.time ?? 0;
  return <RelativeTime time={startedAt} className={styles.dim} />;
}

function DurationCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const now = useNow();
  return row ? <span className={styles.dim}>{duration(took(row, now))}</span> : null;
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const services = useServices();
  const context = useCommandContext();
  const row = useRow(id);
  const notice = useNotice(id);
  const now = useNow();
  if (notice) return <NoticeActions notice={notice} />;
  if (!row) return null;
  const title = taskTitle(row);
  const isKept = keptBytes(row, now) > 0;
  return (
    <RowActions>
      {row.state === 'running' ? (
        <IconButton small tabIndex={-1} label={t.activity.cancelOne(title)} command="task.cancel" onClick={() => void cancelTask(services, id)}>
          <Ban />
        </IconButton>
      ) : (
        <>
          {row.state !== 'done' && row.retryable && (
            <IconButton
              small
              tabIndex={-1}
              label={isKept ? t.activity.resumeOne(title) : t.activity.retryOne(title)}
              command={isKept ? 'task.resume' : 'task.retry'}
              onClick={() => void retryTask(services, id)}
            >
              {isKept ? <Play /> : <RotateCcw />}
            </IconButton>
          )}
        </>
      )}
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(title)}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'activity', [id])}
      />
    </RowActions>
  );
}

function NoticeActions({ notice }: { readonly notice: Notice }): ReactElement {
  const context = useCommandContext();
  const [, navigate] = useLocation();
  return (
    <RowActions>
      <IconButton small tabIndex={-1} label={t.activity.notices.showOne(notice.object)} command="notice.show" onClick={() => navigate(noticePath(notice))}>
        <ArrowRight />
      </IconButton>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(noticeTitle(notice))}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'activity', [notice.id])}
      />
    </RowActions>
  );
}

const words = t.activity.columns;
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: words.name, width: 240, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'state', label: words.state, width: 152, sortable: true, dispensable: 0, Cell: StateCell },
  { id: 'progress', label: words.progress, width: 216, grows: 1, dispensable: 1, Cell: ProgressCell },
  { id: 'rate', label: words.rate, width: 152, align: 'end', dispensable: 4, Cell: RateCell },
  { id: 'duration', label: words.duration, width: 80, align: 'end', sortable: true, dispensable: 3, Cell: DurationCell },
  { id: 'created', label: words.started, width: 104, align: 'end', sortable: true, dispensable: 2, Cell: StartedCell },
  { id: 'actions', label: words.actions, labelHidden: true, lazy: true, width: 68, dispensable: 0, Cell: ActionsCell },
];
