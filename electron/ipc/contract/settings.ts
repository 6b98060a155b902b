import { z } from 'zod';
import { NOTICE_KINDS } from './notices.ts';
import { UPDATE_CHANNELS } from './updates.ts';

/** What the user chose of the app; what concerns the engine is the engine's own. Each field falls back alone. */
export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark', 'contrast-light', 'contrast-dark']),
  /** Of the interface; `system`: the first of the system's that is known. */
  language: z.enum(['system', 'en', 'de', 'es']),
  /** Height of rows: 32 or 28 px. */
  density: z.enum(['comfortable', 'compact']),
  /** 1: as designed. */
  zoom: z.number().min(0.5).max(3),
  /** Keys such as `Mod+Shift+F` by the id of a command; empty: none. What is not in it keeps its default. */
  shortcuts: z.record(z.string().max(64), z.string().max(32)).refine((chosen) => Object.keys(chosen).length <= 500, 'too many shortcuts'),
  /** Whether the desktop tells what happens while nobody looks. */
  notifications: z.boolean(),
  /** What is then not worth a word. */
  silenced: z.array(z.enum(NOTICE_KINDS)).max(NOTICE_KINDS.length),
  /** How often registries are asked for newer images, with or without a window. */
  imageChecks: z.enum(['never', 'six-hours', 'daily', 'weekly']),
  startAtLogin: z.boolean(),
  /** Without a window, in the tray. */
  startMinimised: z.boolean(),
  /** Closing the last window leaves the app in the tray; false: it ends, and with it what runs in its terminals. */
  closeToTray: z.boolean(),
  /** Whether the app looks for a newer version of itself without being asked to. */
  updateCheck: z.boolean(),
  /** Whether what it then finds is fetched; it begins only when it is asked to. */
  updateDownload: z.boolean(),
  updateChannel: z.enum(UPDATE_CHANNELS),
  /** Ids of the doctor's checks that are known and not to be counted. */
  mutedChecks: z.array(z.string().max(64)).max(100),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsRequestSchemas = {
  'settings.read': z.strictObject({}),
  /** What is to be different; everything else stays as it is kept, whoever chose it. */
  'settings.write': settingsSchema.exactPartial(),
} as const;

export interface SettingsResults {
  'settings.read': Settings;
  'settings.write': Settings;
}
