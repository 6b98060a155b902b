import { z } from 'zod';
import type { DeepLink } from '../../deep-links/parse-link.ts';

const appCommandSchema = z.strictObject({
  id: z.string().min(1).max(64),
  title: z.string().min(1).max(200),
  /** As settings write them, `Mod+Shift+F`; empty: none. */
  keys: z.string().max(32),
  menu: z.enum(['file', 'view', 'go', 'help']),
});
export type MenuCommand = z.infer<typeof appCommandSchema>;

export const appCommandStreamSchemas = {
  /** What the page can do, for the menus of the shell, in the page's language; open for as long as the page lives. */
  'app.commands': z.strictObject({ commands: z.array(appCommandSchema).max(300) }),
} as const;

export interface AppCommandOutputs {
  /** Chosen in a menu, or asked for by an address. */
  'app.commands': { readonly command: string } | { readonly link: DeepLink };
}

export interface AppCommandInputs {
  'app.commands': never;
}
