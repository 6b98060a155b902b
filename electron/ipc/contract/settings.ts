import { z } from 'zod';

/** What the user chose of the app; what concerns the engine is the engine's own. Each field falls back alone. */
export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark', 'contrast-light', 'contrast-dark']),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsRequestSchemas = {
  'settings.read': z.strictObject({}),
  'settings.write': settingsSchema,
} as const;

export interface SettingsResults {
  'settings.read': Settings;
  'settings.write': Settings;
}
