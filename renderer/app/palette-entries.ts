import type { ReactElement } from 'react';
import { type CommandContext, eligibleIds, type ObjectCommand, type ObjectKind } from '../stores/commands.ts';
import { keysOf } from '../stores/shortcuts.ts';
import type { Place } from '../stores/ui-store.ts';
import { t } from '../strings/t.ts';
import { visibleName } from '../ui/visible-text.ts';
import { best, folded, type Searchable, searchable, wordsOf } from './fuzzy.ts';

export interface Entry extends Searchable {
  /** By which it is remembered: `container.run`, `containers/3f2a`. */
  readonly id: string;
  /** Heading it stands under. */
  readonly section: string;
  readonly icon: ReactElement | undefined;
  readonly keys?: string | undefined;
  readonly danger?: boolean | undefined;
  /** The object it is; its commands are one key away. */
  readonly object?: { readonly place: Place; readonly id: string };
  /** Not worth remembering: it is not there the next time. */
  readonly passing?: boolean;
  /** What is remembered in its stead: of a verb, the object. */
  readonly remembered?: string;
  readonly run: () => void;
}

/** How many are shown; nobody reads further, but types another letter. */
export const LIMIT = 50;
/** What was used lately is likely meant again, but never before what fits better. */
const RECENT_BONUS = 1.5;
/** The same work is done again and again: what it was done to is meant more often than its history. */
const AT_MOST: Readonly<Partial<Record<Place, number>>> = { activity: 3 };

/** Commands of the application that can be done now. */
export function appEntries(context: CommandContext): readonly Entry[] {
  const chosen = context.services.settings.getState().shortcuts;
  return context.commands.app
    .filter((command) => command.id !== 'app.palette' && (command.enabled?.(context) ?? true))
    .map((command) => ({
      ...searchable(command.title, ''),
      noteKey: folded(command.group),
      id: command.id,
      section: t.palette.actions,
      icon: command.icon,
      keys: keysOf(command, chosen),
      run: () => command.run(context),
    }));
}

/** All objects of a kind; choosing one opens its details. */
export function objectEntries(context: CommandContext, kind: ObjectKind): readonly Entry[] {
  const { place, heading, icon, list } = kind;
  const entries: Entry[] = [];
  for (const { id, name, note } of list(context.services.engine.getState(), context.services)) {
    entries.push({
      ...searchable(visibleName(name), visibleName(note)),
      id: `${place}/${id}`,
      section: heading,
      icon,
      object: { place, id },
      run: () => context.navigate(`/${place}/${encodeURIComponent(id)}`),
    });
  }
  return entries;
}

/** What can be done with one object now. */
export function commandEntries(context: CommandContext, object: { readonly place: Place; readonly id: string }, name: string): readonly Entry[] {
  const chosen = context.services.settings.getState().shortcuts;
  return context.commands.objects
    .filter((command) => command.place === object.place && eligibleIds(command, context, [object.id]).length > 0)
    .map((command) => commandEntry(context, command, object.id, name, keysOf(command, chosen)));
}

const commandEntry = (context: CommandContext, command: ObjectCommand, id: string, name: string, keys: string | undefined): Entry => ({
  ...searchable(command.titleFor([name]), ''),
  noteKey: folded(command.title),
  id: `${command.id} ${id}`,
  section: t.palette.actions,
  icon: command.icon,
  keys,
  danger: command.danger,
  remembered: `${command.place}/${id}`,
  run: () => command.run(context, [id]),
});

/** How many objects a verb is offered for: `stop w` means one of the first. */
const FOR_A_VERB = 6;

/** Verbs that the first word begins, with the objects that the others name: `stop web`. */
function verbEntries(context: CommandContext, objects: readonly Entry[], query: string): readonly Entry[] {
  const [verb, ...names] = wordsOf(query);
  if (verb === undefined || verb.length < 2) return [];
  const commands = context.commands.objects.filter((command) =>
    folded(command.title)
      .split(/\s+/)
      .some((word) => word.startsWith(verb)),
  );
  return commands.flatMap((command) => {
    const able: Entry[] = [];
    const possible = objects.filter(({ object }) => object?.place === command.place);
    // Without a name, the first ones that it could be done with; else the best fitting.
    const named = names.length === 0 ? possible : best(possible, names, 5 * FOR_A_VERB).map(({ text }) => text);
    for (const { object, title } of named) {
      if (able.length === FOR_A_VERB) break;
      if (object && command.eligible(context, object.id)) able.push(commandEntry(context, command, object.id, title, undefined));
    }
    return able;
  });
}

export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The best ones of a place, where more would only push others away. */
function fewOfEach(entries: readonly Entry[]): readonly Entry[] {
  const taken = new Map<Place, number>();
  return entries.filter(({ object }) => {
    const most = object && AT_MOST[object.place];
    if (!object || most === undefined) return true;
    const before = taken.get(object.place) ?? 0;
    taken.set(object.place, before + 1);
    return before < most;
  });
}

/** Without words: what was used lately, then the commands. With words: what fits, the section with the best first. */
export function found(context: CommandContext, entries: readonly Entry[], query: string, recent: readonly string[]): readonly Section[] {
  const words = wordsOf(query);
  if (words.length === 0) {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const used = recent.flatMap((id) => byId.get(id) ?? []);
    const rest = entries.filter((entry) => !entry.object && !used.includes(entry));
    return inSections([...used.map((entry) => ({ ...entry, section: t.palette.recent })), ...rest].slice(0, LIMIT));
  }
  const lately = new Set(recent);
  const bonus = ({ id }: Entry) => (lately.has(id) ? RECENT_BONUS : 0);
  const ranked = fewOfEach(best(entries, words, LIMIT, bonus).map(({ text }) => text));
  const verbs = verbEntries(context, entries, query);
  return inSections(verbs.length > 0 && wordsOf(query).length > 1 ? [...verbs, ...ranked] : [...ranked, ...verbs]);
}

/** Sections in the order of their first entry, each entry in its own. */
export function inSections(entries: readonly Entry[]): readonly Section[] {
  const sections = new Map<string, Entry[]>();
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.id)) continue;
    seen.add(entry.id);
    const held = sections.get(entry.section);
    if (held) held.push(entry);
    else sections.set(entry.section, [entry]);
  }
  return [...sections].map(([title, held]) => ({ title, entries: held }));
}
