import type { EngineEvent } from '../../base/events.ts';
import type { Filters } from '../filters.ts';

type Test = (event: EngineEvent, value: string) => boolean;

const isOrStarts = (text: string, prefix: string): boolean => prefix !== '' && text.startsWith(prefix);

function ofType(type: EngineEvent['type']): Test {
  return (event, value) => event.type === type && (isOrStarts(event.id, value) || event.attributes['name'] === value);
}

const withoutTag = (image: string): string => image.replace(/:[^:/]*$/, '');

const TESTS: Readonly<Record<string, Test>> = {
  type: (event, value) => event.type === value,
  scope: (_, value) => value === 'local',
  // `exec_create` stands for `exec_create: sh`.
  event: (event, value) => event.action === value || event.action.startsWith(`${value}:`),
  container: ofType('container'),
  network: ofType('network'),
  volume: ofType('volume'),
  daemon: ofType('daemon'),
  image: (event, value) => {
    const names = event.type === 'image' ? [event.id, event.attributes['name'] ?? ''] : event.type === 'container' ? [event.attributes['image'] ?? ''] : [];
    return names.some((name) => name === value || withoutTag(name) === value || (event.type === 'image' && isOrStarts(name, `sha256:${value}`)));
  },
  label: (event, value) => {
    const at = value.indexOf('=');
    const key = at < 0 ? value : value.slice(0, at);
    const found = event.attributes[key];
    return found !== undefined && (at < 0 || found === value.slice(at + 1));
  },
};

/** Every filter must hold; of the values of one filter any will do, except labels, which all must hold. */
export function matchesEvent(event: EngineEvent, filters: Filters): boolean {
  return Object.entries(filters).every(([name, values]) => {
    const test = TESTS[name];
    if (values.length === 0) return true;
    if (!test) return false;
    return name === 'label' ? values.every((value) => test(event, value)) : values.some((value) => test(event, value));
  });
}
