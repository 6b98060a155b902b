import { Box, Package } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { ListWithDetails, useListPlace } from '../../stores/list-place.tsx';
import { NarrowedList } from '../../stores/narrowed-list.tsx';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Bar } from './bar.tsx';
import { Details } from './details.tsx';
import { List, useListing } from './list.tsx';
import { ListingContext } from './list-context.ts';
import { isGroupId } from './listing.ts';
import { MergedDetails, mergedIds } from './logs/merged-details.tsx';

/** The list of containers; with an id in the address, its details beside it. */
export function ContainersPage({ id }: { readonly id: string | null }): ReactElement {
  const containers = useEngine((state) => state.containers);
  const { shown, onPointerInside } = useListing();
  const { active, filterRef, placement, onActive, open, focusList } = useListPlace('containers', id, containers);
  // The head of a group has no details: those of the last container stay while the keys pass over it.
  const [head, setHead] = useState<{ readonly group: string; readonly beside: string | null } | null>(null);
  const activate = (target: string) => {
    setHead(isGroupId(target) ? { group: target, beside: id } : null);
    if (!isGroupId(target)) onActive(target);
  };
  // Details that were opened since then, by the palette or a notice, are what keys mean.
  const passed = head !== null && head.beside === id && shown.members.has(head.group) ? head.group : null;
  const several = id === null ? null : mergedIds(id);
  const details =
    id === null ? null : several ? <MergedDetails key={id} ids={several} placement={placement} /> : <Details key={id} id={id} placement={placement} />;
  return (
    <ListingContext value={shown}>
      <ListWithDetails place="containers" placement={placement} details={details}>
        <Page>
          <Bar filterRef={filterRef} onLeaveFilter={focusList} />
          <EngineGate>
            {shown.containers.length > 0 ? (
              <List
                shown={shown}
                active={passed ?? active}
                onPointerInside={onPointerInside}
                onActive={activate}
                onOpen={(target, tab) => {
                  setHead(null);
                  open(target, tab);
                }}
              />
            ) : (
              <Nothing any={containers.size > 0} />
            )}
          </EngineGate>
        </Page>
      </ListWithDetails>
    </ListingContext>
  );
}

function Nothing({ any }: { readonly any: boolean }): ReactElement {
  const { ui } = useServices();
  const [, navigate] = useLocation();
  const scope = useUiState((state) => state.lists.containers.scope);
  const images = useEngine((state) => state.images.size > 0);
  const words = t.containers;
  if (any) {
    const narrowed = {
      ...words,
      noneMatchText: t.containerList.noneMatchText,
      noneInScope: scope === 'running' ? words.noneRunning : words.noneStopped,
      noneInScopeText: words.noneInScope,
    };
    return <NarrowedList place="containers" icon={<Box />} words={narrowed} />;
  }
  return images ? (
    <EmptyState
      icon={<Box />}
      title={words.emptyTitle}
      text={words.emptyWithImages}
      action={
        <Button look="primary" onClick={() => ui.setState({ run: { image: '' } })}>
          {words.runNew}
        </Button>
      }
    />
  ) : (
    <EmptyState
      icon={<Package />}
      title={words.emptyTitle}
      text={words.emptyText}
      action={
        <Button look="primary" onClick={() => navigate('/images')}>
          {words.loadFirst}
        </Button>
      }
    />
  );
}
