import { EllipsisVertical, Play, RotateCw, Square, Trash2, Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import type { DetailsPlacement } from '../../stores/list-place.tsx';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { exactTime, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DetailsFrame } from '../../ui/details-frame.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { useNow } from '../../ui/relative-time.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { act } from './actions.tsx';
import { DETAILS_TABS } from './details-tabs.tsx';
import { PortLinks } from './port-links.tsx';
import { type StopAdvice, stepTab, stopAdvice } from './stop-advice.ts';
import { isUp, nextTry, stateWords } from './view-model.ts';

export interface DetailsProps {
  readonly id: string;
  readonly placement: DetailsPlacement;
}

export function Details({ id, placement }: DetailsProps): ReactElement {
  const services = useServices();
  const context = useCommandContext();
  const ui = useUi();
  const row = useEngine((state) => state.containers.get(id));
  const pending = useEngine((state) => state.pending.get(id));
  const held = useUiState((state) => state.detailsTab.containers);
  if (!row) {
    return (
      <DetailsFrame name={shortId(id)} meta="" {...placement}>
        <EmptyState icon={<Unplug />} title={t.containers.gone} text={t.containers.goneText} />
      </DetailsFrame>
    );
  }
  const tabs = DETAILS_TABS.filter(({ shown }) => shown?.(row) ?? true);
  const tab = tabs.some(({ id: one }) => one === held) ? held : 'logs';
  const advice = stopAdvice(row);
  const up = isUp(row);
  const { tone, word, detail, since } = stateWords(row, pending);
  const verb = up ? 'stop' : 'start';
  const busy = pending !== undefined;
  const words = t.verbs;
  return (
    <DetailsFrame
      name={row.name}
      lead={<StatusDot tone={tone} />}
      meta={
        <>
          <span title={since > 0 ? exactTime(since) : undefined}>
            {word} {detail}
          </span>
          {up && <PortLinks row={row} limit={3} />}
          <MiddleText text={row.image} />
        </>
      }
      reason={pending ? '' : advice.text}
      reasonMore={row.state === 'restarting' && <NextTry row={row} />}
      reasonAction={advice.step && stepTab(advice.step) !== tab && <AdviceButton id={id} step={advice.step} />}
      failed={tone === 'failed'}
      actions={
        <>
          <IconButton small label={words.one[verb](row.name)} command={`container.${verb}`} disabled={busy} onClick={() => void act(services, verb, [id])}>
            {up ? <Square fill="currentColor" /> : <Play fill="currentColor" />}
          </IconButton>
          <IconButton small label={words.title.restart} command="container.restart" disabled={busy || !up} onClick={() => void act(services, 'restart', [id])}>
            <RotateCw />
          </IconButton>
          <IconButton
            small
            label={words.title.remove}
            command="container.remove"
            disabled={busy}
            onClick={() => ui.setState({ asking: { command: 'container.remove', ids: [id] } })}
          >
            <Trash2 />
          </IconButton>
          <Menu
            trigger={
              <IconButton small label={t.moreFor(row.name)}>
                <EllipsisVertical />
              </IconButton>
            }
            actions={() => objectMenu(context, 'containers', [id])}
          />
        </>
      }
      {...placement}
    >
      <Tabs
        label={t.detailsView.tabsLabel}
        value={tab}
        onChange={(next) => ui.setTab('containers', next)}
        tabs={tabs.map(({ id: tabId, label, keep = false, Content }) => ({
          id: tabId,
          label,
          keep,
          content: <Content row={row} visible={tab === tabId} />,
        }))}
      />
    </DetailsFrame>
  );
}

function NextTry({ row }: { readonly row: ContainerRow }): string {
  return ` ${nextTry(row, Math.max(useNow(), row.finishedAt))}`;
}

function AdviceButton({ id, step }: { readonly id: string; readonly step: NonNullable<StopAdvice['step']> }): ReactElement {
  const ui = useUi();
  const words = t.containerTabs.advice;
  const label = { duplicate: words.duplicate, edit: words.oom, health: words.health, logs: words.logs, policy: words.policy }[step];
  const tab = stepTab(step);
  const run = () => (tab === null ? ui.setState({ run: { image: '', from: id } }) : ui.setTab('containers', tab));
  return (
    <Button small onClick={run}>
      {label}
    </Button>
  );
}
