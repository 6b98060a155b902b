import { createContext, type ReactElement, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import { RequestError, type Transport } from '../engine/transport.ts';
import { createToastManager, type ToastManager } from '../ui/toast.tsx';
import { type BuildState, type BuildStore, createBuildStore } from './build-store.ts';
import { createEngineStore, type EngineState, type EngineStore } from './engine-store.ts';
import { FileSources } from './file-source.ts';
import { createImageFacts, type ImageFacts, type ImageFactsStore } from './image-facts.ts';
import { keptObjects } from './last-objects.ts';
import { createLoadStore, type LoadStore } from './load-store.ts';
import { createMetricsStore, type MetricsState, type MetricsStore } from './metrics-store.ts';
import { createNoticeStore, type NoticeState, type NoticeStore } from './notice-store.ts';
import { createRegistryStore, type RegistryState, type RegistryStore } from './registry-store.ts';
import { createSettingsStore, type SettingsStore } from './settings-store.ts';
import { createTaskStore, type TaskState, type TaskStore } from './task-store.ts';
import { createTerminalStore, type TerminalStore } from './terminals/terminal-store.ts';
import { createUiStore, type UiState, type UiStore } from './ui-store.ts';
import { createUpdateStore, type UpdateStore } from './update-store.ts';
import { documentVisibility } from './visibility.ts';
import { createVolumeSizes, type VolumeSizes } from './volume-sizes.ts';

/** Everything that lives as long as the window. */
export interface Services {
  readonly transport: Transport;
  readonly engine: EngineStore;
  readonly metrics: MetricsStore;
  readonly settings: SettingsStore;
  readonly loads: LoadStore;
  readonly tasks: TaskStore;
  readonly builds: BuildStore;
  readonly terminals: TerminalStore;
  readonly files: FileSources;
  readonly registries: RegistryStore;
  readonly imageFacts: ImageFactsStore;
  readonly volumeSizes: VolumeSizes;
  readonly updates: UpdateStore;
  readonly notices: NoticeStore;
  readonly ui: UiStore;
  readonly toasts: ToastManager;
}

/** `build` names this build of the app, whose rows the next start of the same build may paint first. */
export function createServices(transport: Transport, storage: Storage, build: string): Services {
  const engine = createEngineStore(transport, { visibility: documentVisibility, last: keptObjects(storage, build) });
  const ui = createUiStore(storage);
  return {
    transport,
    engine,
    metrics: createMetricsStore(transport, { visibility: documentVisibility }),
    settings: createSettingsStore(transport, storage),
    loads: createLoadStore(transport),
    tasks: createTaskStore(transport),
    builds: createBuildStore(transport),
    terminals: createTerminalStore(transport, storage),
    files: new FileSources(transport, {
      isApp: () => engine.getState().status?.shell === 'app',
      view: () => ui.getState().fileView,
      keepView: (fileView) => ui.setState({ fileView }),
    }),
    registries: createRegistryStore(transport),
    imageFacts: createImageFacts(transport),
    volumeSizes: createVolumeSizes(transport),
    updates: createUpdateStore(transport),
    notices: createNoticeStore(transport),
    ui,
    toasts: createToastManager(),
  };
}

const Context = createContext<Services | null>(null);

export const ServicesProvider = ({ services, children }: { readonly services: Services; readonly children: ReactNode }): ReactElement => (
  <Context.Provider value={services}>{children}</Context.Provider>
);

export function useServices(): Services {
  const services = useContext(Context);
  if (!services) throw new Error('a screen outside of ServicesProvider');
  return services;
}

export const useUi = (): UiStore => useServices().ui;
export const useUiState = <T,>(select: (state: UiState) => T): T => useStore(useServices().ui, select);
export const useEngine = <T,>(select: (state: EngineState) => T): T => useStore(useServices().engine, select);
export const useTasks = <T,>(select: (state: TaskState) => T): T => useStore(useServices().tasks, select);
export const useNotices = <T,>(select: (state: NoticeState) => T): T => useStore(useServices().notices, select);
export const useBuilds = <T,>(select: (state: BuildState) => T): T => useStore(useServices().builds, select);
export const useRegistries = <T,>(select: (state: RegistryState) => T): T => useStore(useServices().registries, select);
export const useImageFacts = <T,>(select: (state: ImageFacts) => T): T => useStore(useServices().imageFacts, select);
export const useMetrics = <T,>(select: (state: MetricsState) => T): T => useStore(useServices().metrics, select);

/** Undefined: not measured yet; null: its files are not the engine's own. */
export const useVolumeSize = (id: string): number | null | undefined => useStore(useServices().volumeSizes, ({ bytes }) => bytes.get(id));

/** Tells of a failed action; the engine's words go behind Details. */
export function tellFailure(toasts: ToastManager, title: string, error: unknown): void {
  const details = error instanceof RequestError || error instanceof Error ? error.message : String(error);
  toasts.add({ title, type: 'error', priority: 'high', timeout: 12_000, data: { details } });
}
