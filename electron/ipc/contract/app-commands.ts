import { z } from 'zod';

/** Screens that an address can show. */
export const LINK_PLACES = ['containers', 'images', 'volumes', 'networks', 'builds', 'activity', 'registries', 'settings', 'diagnostics', 'disk'] as const;

/**
 * What a `slipway://` address can ask for: to show something, or to open a form that is filled in. Nothing is done by a link alone: a run and
 * a pull wait for the button of their form. No verb removes, stops or writes anything, whoever wrote the address.
 */
export type DeepLink =
  | { readonly verb: 'container' | 'image' | 'volume' | 'network'; readonly name: string; readonly tab: string }
  | { readonly verb: 'run' | 'pull'; readonly image: string }
  | { readonly verb: 'search'; readonly text: string }
  | { readonly verb: 'show'; readonly place: (typeof LINK_PLACES)[number] };

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

/** Chosen in a menu, asked for by an address, or a place in the app that the shell has a reason to show. */
export type Asked = { readonly command: string } | { readonly link: DeepLink } | { readonly show: string };

/** The page's word that it has done what has the number; what it has not is asked of the next one, as a page may be loaded anew at any time. */
export const tookSchema = z.strictObject({ took: z.number().int().min(1) });

export interface AppCommandOutputs {
  'app.commands': { readonly number: number; readonly asked: Asked };
}

export interface AppCommandInputs {
  'app.commands': z.infer<typeof tookSchema>;
}
