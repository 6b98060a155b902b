import { ArrowRight, Ban, RotateCcw, Trash2, Undo2, Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import type { TaskPart, TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import type { DetailsPlacement } from '../../stores/list-place.tsx';
import { useNotices, useServices, useTasks } from '../../stores/services.tsx';
import { shareOf } from '../../stores/task-store.ts';
import { duration, exactTime, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DetailsFrame } from '../../ui/details-frame.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProgressBar } from '../../ui/progress.tsx';
import { useNow } from '../../ui/relative-time.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { cancelTask, forget, retryAndFollow } from './commands.tsx';
import styles from './details.module.css';
import { noticePath, noticeState, noticeText, noticeTitle } from './notice-words.ts';
import {
  amountText,
  exactWords,
  keptText,
  leftText,
  phaseText,
  rateText,
  reasonText,
  resultText,
  retryText,
  taskState,
  taskTitle,
  took,
} from './view-model.ts';

const words = t.activity;

/** One task: how far it is, why it failed, and each of its parts. */
export function Details({ id, placement }: { readonly id: string; readonly placement: DetailsPlacement }): ReactElement {
  const [, navigate] = useLocation();
  const services = useServices();
  const row = useTasks((state) => state.tasks?.get(id));
  const notice = useNotices((state) => state.notices.get(id));
  const now = useNow();
  if (notice) return <NoticeDetails notice={notice} placement={placement} />;
  if (!row) {
    return (
      <DetailsFrame name={shortId(id)} meta="" {...placement}>
        <EmptyState icon={<Unplug />} title={words.gone} text={words.goneText} />
      </DetailsFrame>
    );
  }
  const { tone, word } = taskState(row);
  const runs = row.state === 'running';
  const kept = keptText(row, now);
  const exact = exactWords(row);
  return (
    <DetailsFrame
      name={taskTitle(row)}
      lead={<StatusDot tone={tone} />}
      meta={
        <>
          <span>{word}</span>
          <span title={exactTime(row.startedAt)}>{duration(took(row, now))}</span>
        </>
      }
      actions={
        runs ? (
          <Button small onClick={() => void cancelTask(services, id)}>
            <Ban />
            {words.cancel}
          </Button>
        ) : (
          <>
            {row.retryable && row.state !== 'done' && (
              <Button small onClick={() => void retryAndFollow(services, navigate, id)}>
                <RotateCcw />
                {retryText(row, now)}
              </Button>
            )}
            <IconButton
              small
              label={words.forget}
              command="task.forget"
              onClick={() => {
                placement.onClose();
                void forget(services, [id]);
              }}
            >
              <Trash2 />
            </IconButton>
          </>
        )
      }
      reason={reasonText(row)}
      failed={row.state === 'failed'}
      {...placement}
    >
      <div className={styles.body}>
        {runs && (
          <div className={styles.whole}>
            <ProgressBar label={taskTitle(row)} share={shareOf(row)} />
            <div className={styles.numbers}>
              <span>{amountText(row) || phaseText(row.phase)}</span>
              <span>{[rateText(row), leftText(row)].filter(Boolean).join(' · ')}</span>
            </div>
          </div>
        )}
        {kept !== '' && <p className={styles.result}>{kept}</p>}
        {row.result !== '' && (
          <p className={styles.result}>
            <span>{words.result}</span> {resultText(row)}
          </p>
        )}
        {exact !== '' && (
          <p className={styles.result}>
            <span>{words.exactly}</span> {visibleText(exact)}
          </p>
        )}
        {row.parts.length > 0 ? <Parts row={row} /> : (row.state === 'running' || row.state === 'done') && <p className={styles.none}>{words.noParts}</p>}
      </div>
    </DetailsFrame>
  );
}

const isOver = ({ current, total, phase }: TaskPart): boolean => (total > 0 && current >= total) || /complete|exists|Pushed/.test(phase);

const Parts = ({ row }: { readonly row: TaskRow }): ReactElement => (
  <table className={styles.parts} aria-label={words.parts}>
    <thead>
      <tr>
        <th>{words.partColumns.id}</th>
        <th>{words.partColumns.phase}</th>
        {row.unit === 'bytes' && (
          <>
            <th>{words.partColumns.progress}</th>
            <th className={styles.end}>{words.partColumns.size}</th>
          </>
        )}
      </tr>
    </thead>
    <tbody>
      {row.parts.map((part) => (
        <tr key={part.id}>
          <td className={styles.id}>{visibleText(part.id)}</td>
          {/* The step at which it stopped does not go on. */}
          <td className={styles.phase}>{row.unit === 'steps' && !isOver(part) && row.state !== 'running' ? taskState(row).word : phaseText(part.phase)}</td>
          {row.unit === 'bytes' && (
            <>
              <td>{row.state === 'running' && !isOver(part) && part.total > 0 && <ProgressBar label={part.id} share={shareOf(part)} />}</td>
              <td className={styles.end}>{amountText({ ...part, unit: row.unit })}</td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  </table>
);

/** What happened, the engine's words for it, and the way to what it is about. */
function NoticeDetails({ notice, placement }: { readonly notice: Notice; readonly placement: DetailsPlacement }): ReactElement {
  const [, navigate] = useLocation();
  const services = useServices();
  const { tone, word } = noticeState(notice);
  return (
    <DetailsFrame
      name={noticeTitle(notice)}
      lead={<StatusDot tone={tone} />}
      meta={
        <>
          <span>{word}</span>
          <span>{exactTime(notice.time)}</span>
        </>
      }
      actions={
        <>
          <Button small onClick={() => navigate(noticePath(notice))}>
            <ArrowRight />
            {words.notices.showOne(notice.object)}
          </Button>
          <IconButton
            small
            label={words.forget}
            command="task.forget"
            onClick={() => {
              placement.onClose();
              void forget(services, [notice.id]);
            }}
          >
            <Trash2 />
          </IconButton>
        </>
      }
      reason={noticeText(notice)}
      {...(notice.kind === 'container.unfinished' && {
        reasonAction: (
          <Button small look="primary" onClick={() => services.ui.setState({ asking: { command: 'notice.bring-back', ids: [notice.id] } })}>
            <Undo2 />
            {words.notices.bringBackAction}
          </Button>
        ),
      })}
      {...placement}
    >
      <div className={styles.body}>
        <p className={notice.detail === '' ? styles.none : styles.result}>{notice.detail === '' ? words.notices.noDetail : visibleText(notice.detail)}</p>
      </div>
    </DetailsFrame>
  );
}
