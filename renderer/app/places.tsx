import { Activity, Box, Database, Hammer, HardDrive, Layers, Library, Network, Settings, Stethoscope } from 'lucide-react';
import type { ReactElement } from 'react';
import { ActivityPage } from '../features/activity/page.tsx';
import { BuildsPage } from '../features/builds/page.tsx';
import { ContainersPage } from '../features/containers/page.tsx';
import { DiagnosticsPage } from '../features/diagnostics/page.tsx';
import { DiskPage } from '../features/disk/page.tsx';
import { ImagesPage } from '../features/images/page.tsx';
import { NetworksPage } from '../features/networks/page.tsx';
import { RegistriesPage } from '../features/registries/page.tsx';
import { SettingsPage } from '../features/settings/page.tsx';
import { VolumesPage } from '../features/volumes/page.tsx';
import type { EngineState } from '../stores/engine-store.ts';
import { t } from '../strings/t.ts';

/** Where the sidebar leads. */
export interface AppPlace {
  /** `/containers`; what follows in the address is the id of an object. */
  readonly path: string;
  readonly label: string;
  readonly icon: ReactElement;
  /** At the foot of the sidebar, apart from the objects. */
  readonly foot?: boolean;
  /** How many there are, shown dim; absent: not counted. */
  readonly number?: (state: EngineState) => number;
  /** Of what is new there is a count that stands out. */
  readonly news?: boolean;
  readonly Page: (props: { readonly id: string | null }) => ReactElement;
}

/** In the order of the sidebar; the first ones have the keys Mod+1 to Mod+9. */
export const APP_PLACES: readonly AppPlace[] = [
  { path: '/containers', label: t.shell.containers, icon: <Box />, number: (state) => state.containers.size, Page: ContainersPage },
  { path: '/images', label: t.shell.images, icon: <Layers />, number: (state) => state.images.size, Page: ImagesPage },
  { path: '/volumes', label: t.volumes.title, icon: <Database />, number: (state) => state.volumes.size, Page: VolumesPage },
  { path: '/networks', label: t.networks.title, icon: <Network />, number: (state) => state.networks.size, Page: NetworksPage },
  { path: '/builds', label: t.builds.title, icon: <Hammer />, Page: BuildsPage },
  { path: '/disk', label: t.disk.title, icon: <HardDrive />, Page: DiskPage },
  { path: '/activity', label: t.activity.title, icon: <Activity />, news: true, Page: ActivityPage },
  { path: '/registries', label: t.registries.title, icon: <Library />, Page: RegistriesPage },
  { path: '/diagnostics', label: t.diagnostics.title, icon: <Stethoscope />, foot: true, Page: DiagnosticsPage },
  { path: '/settings', label: t.settings.title, icon: <Settings />, foot: true, Page: SettingsPage },
];
