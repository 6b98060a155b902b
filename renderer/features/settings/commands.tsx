import { Settings2 } from 'lucide-react';
import type { AppCommand } from '../../stores/commands.ts';
import { t } from '../../strings/t.ts';
import { SECTION_IDS, SECTIONS, wordsOf } from './entries.ts';

const words = t.settings;

/** Each setting by its name, for the palette. */
export const SETTINGS_COMMANDS: readonly AppCommand[] = SECTION_IDS.flatMap((section) =>
  SECTIONS[section].map((id) => ({
    id: `settings.${section}.${id}`,
    title: words.command(words.sections[section], wordsOf(id)[0]),
    group: words.title,
    icon: <Settings2 />,
    run: ({ navigate }) => navigate(`/settings/${section}.${id}`),
  })),
);
