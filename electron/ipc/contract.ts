import type { z } from 'zod';
import { type AppCommandInputs, type AppCommandOutputs, appCommandStreamSchemas } from './contract/app-commands.ts';
import { type BuildInputs, type BuildOutputs, type BuildResults, buildRequestSchemas, buildStreamSchemas } from './contract/builds.ts';
import { type ContainerResults, containerRequestSchemas } from './contract/containers.ts';
import { type DiskResults, diskRequestSchemas } from './contract/disk.ts';
import { type DockerResults, dockerRequestSchemas } from './contract/docker.ts';
import { type DownloadResults, downloadRequestSchemas } from './contract/downloads.ts';
import { type DragInputs, type DragOutputs, type DragResults, dragRequestSchemas, dragStreamSchemas } from './contract/drags.ts';
import { type EngineInputs, type EngineOutputs, type EngineResults, engineRequestSchemas, engineStreamSchemas } from './contract/engine.ts';
import { type EngineSettingsResults, engineSettingsRequestSchemas } from './contract/engine-settings.ts';
import type { IpcFailure } from './contract/fields.ts';
import { type FileInputs, type FileOutputs, type FileResults, fileRequestSchemas, fileStreamSchemas } from './contract/files.ts';
import { type HostResults, hostRequestSchemas } from './contract/host.ts';
import { type ImageInputs, type ImageOutputs, type ImageResults, imageRequestSchemas, imageStreamSchemas } from './contract/images.ts';
import { type LogInputs, type LogOutputs, type LogResults, logRequestSchemas, logStreamSchemas } from './contract/logs.ts';
import { type NetworkResults, networkRequestSchemas } from './contract/networks.ts';
import { type NoticeInputs, type NoticeOutputs, type NoticeResults, noticeRequestSchemas, noticeStreamSchemas } from './contract/notices.ts';
import { type OnboardingResults, onboardingRequestSchemas } from './contract/onboarding.ts';
import { type PathResults, pathRequestSchemas } from './contract/paths.ts';
import { type RegistryResults, registryRequestSchemas } from './contract/registries.ts';
import { type SettingsResults, settingsRequestSchemas } from './contract/settings.ts';
import { type SupportResults, supportRequestSchemas } from './contract/support.ts';
import { type TaskInputs, type TaskOutputs, type TaskResults, taskRequestSchemas, taskStreamSchemas } from './contract/tasks.ts';
import { type TerminalInputs, type TerminalOutputs, type TerminalResults, terminalRequestSchemas, terminalStreamSchemas } from './contract/terminals.ts';
import { type UpdateInputs, type UpdateOutputs, type UpdateResults, updateRequestSchemas, updateStreamSchemas } from './contract/updates.ts';
import { type VolumeInputs, type VolumeOutputs, type VolumeResults, volumeRequestSchemas, volumeStreamSchemas } from './contract/volumes.ts';

/** The only list of what the renderer may ask, put together from one file a noun. Both transports (MessagePort, WebSocket) carry exactly this. */

/** Parameters of each request. */
export const requestSchemas = {
  ...engineRequestSchemas,
  ...containerRequestSchemas,
  ...logRequestSchemas,
  ...hostRequestSchemas,
  ...terminalRequestSchemas,
  ...onboardingRequestSchemas,
  ...imageRequestSchemas,
  ...networkRequestSchemas,
  ...diskRequestSchemas,
  ...registryRequestSchemas,
  ...settingsRequestSchemas,
  ...engineSettingsRequestSchemas,
  ...dockerRequestSchemas,
  ...supportRequestSchemas,
  ...downloadRequestSchemas,
  ...dragRequestSchemas,
  ...fileRequestSchemas,
  ...volumeRequestSchemas,
  ...taskRequestSchemas,
  ...buildRequestSchemas,
  ...pathRequestSchemas,
  ...updateRequestSchemas,
  ...noticeRequestSchemas,
} as const;

/** Result of each request. */
export interface RequestResults
  extends EngineResults,
    ContainerResults,
    LogResults,
    HostResults,
    TerminalResults,
    OnboardingResults,
    ImageResults,
    NetworkResults,
    DiskResults,
    RegistryResults,
    SettingsResults,
    EngineSettingsResults,
    DockerResults,
    SupportResults,
    DownloadResults,
    DragResults,
    FileResults,
    VolumeResults,
    TaskResults,
    BuildResults,
    PathResults,
    UpdateResults,
    NoticeResults {}
export type RequestName = keyof RequestResults & keyof typeof requestSchemas;
export type RequestParams<N extends RequestName> = z.infer<(typeof requestSchemas)[N]>;

/** Parameters of each stream. A stream ends when either side closes it; closing cancels the work behind it. */
export const streamSchemas = {
  ...engineStreamSchemas,
  ...logStreamSchemas,
  ...terminalStreamSchemas,
  ...imageStreamSchemas,
  ...dragStreamSchemas,
  ...fileStreamSchemas,
  ...volumeStreamSchemas,
  ...taskStreamSchemas,
  ...buildStreamSchemas,
  ...noticeStreamSchemas,
  ...appCommandStreamSchemas,
  ...updateStreamSchemas,
} as const;

/** What the server sends on each stream. Binary is Uint8Array on both transports. */
export interface StreamOutputs
  extends EngineOutputs,
    LogOutputs,
    TerminalOutputs,
    ImageOutputs,
    TaskOutputs,
    DragOutputs,
    FileOutputs,
    VolumeOutputs,
    BuildOutputs,
    NoticeOutputs,
    AppCommandOutputs,
    UpdateOutputs {}

/** What the renderer sends on each stream. */
export interface StreamInputs
  extends EngineInputs,
    LogInputs,
    TerminalInputs,
    ImageInputs,
    TaskInputs,
    DragInputs,
    FileInputs,
    VolumeInputs,
    BuildInputs,
    NoticeInputs,
    AppCommandInputs,
    UpdateInputs {}
export type StreamName = keyof StreamOutputs & keyof typeof streamSchemas;
export type StreamParams<N extends StreamName> = z.infer<(typeof streamSchemas)[N]>;

/** Messages both ways. The receiver of `data` grants credit; a sender without credit waits. */
export type ClientMessage =
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly type: 'open'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly type: 'data'; readonly id: number; readonly value: unknown }
  | { readonly type: 'credit'; readonly id: number; readonly count: number }
  | { readonly type: 'close'; readonly id: number };
export type ServerMessage =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: IpcFailure }
  | { readonly type: 'data'; readonly id: number; readonly value: unknown }
  | { readonly type: 'credit'; readonly id: number; readonly count: number }
  | { readonly type: 'close'; readonly id: number; readonly failure: IpcFailure | null };

/** How many `data` messages a side may send before it has to wait for credit. */
export const INITIAL_CREDIT = 32;
