import { createContext, useContext, useMemo } from 'react';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { useEngine } from '../../stores/services.tsx';
import type { Listing } from './listing.ts';

const NOTHING: Listing = { rows: [], containers: [], members: new Map(), whole: new Map(), groupOf: new Map() };

/** What the list shows, for cells that speak for a group. */
export const ListingContext = createContext<Listing>(NOTHING);

const NO_IDS: readonly string[] = [];
export const useMembers = (group: string): readonly string[] => useContext(ListingContext).members.get(group) ?? NO_IDS;

/** What a group is, whatever the scope and the filter leave of it. */
export const useWhole = (group: string): readonly string[] => useContext(ListingContext).whole.get(group) ?? NO_IDS;

/** Painted again with the whole list: a group's row is one among many. */
export function useMemberRows(group: string): readonly ContainerRow[] {
  const ids = useWhole(group);
  const containers = useEngine((state) => state.containers);
  return useMemo(() => ids.flatMap((id) => containers.get(id) ?? []), [ids, containers]);
}
