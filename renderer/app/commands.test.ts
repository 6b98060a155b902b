import { expect, it } from 'vitest';
import { TASK_COMMANDS } from '../features/activity/commands.tsx';
import { BUILD_APP_COMMANDS, BUILD_COMMANDS } from '../features/builds/commands.tsx';
import { CONTAINER_APP_COMMANDS, CONTAINER_COMMANDS } from '../features/containers/commands.tsx';
import { DIAGNOSTICS_COMMANDS } from '../features/diagnostics/commands.tsx';
import { DISK_APP_COMMANDS } from '../features/disk/commands.tsx';
import { IMAGE_APP_COMMANDS, IMAGE_COMMANDS } from '../features/images/commands.tsx';
import { NETWORK_APP_COMMANDS, NETWORK_COMMANDS } from '../features/networks/commands.tsx';
import { ONBOARDING_COMMANDS } from '../features/onboarding/commands.tsx';
import { REGISTRY_APP_COMMANDS, REGISTRY_COMMANDS } from '../features/registries/commands.tsx';
import { UPDATE_COMMANDS } from '../features/updates/commands.tsx';
import { VOLUME_APP_COMMANDS, VOLUME_COMMANDS } from '../features/volumes/commands.tsx';
import { conflicts } from '../stores/shortcuts.ts';

const app = [
  ...BUILD_APP_COMMANDS,
  ...CONTAINER_APP_COMMANDS,
  ...DIAGNOSTICS_COMMANDS,
  ...DISK_APP_COMMANDS,
  ...IMAGE_APP_COMMANDS,
  ...NETWORK_APP_COMMANDS,
  ...ONBOARDING_COMMANDS,
  ...REGISTRY_APP_COMMANDS,
  ...UPDATE_COMMANDS,
  ...VOLUME_APP_COMMANDS,
];
const objects = [...TASK_COMMANDS, ...BUILD_COMMANDS, ...CONTAINER_COMMANDS, ...IMAGE_COMMANDS, ...NETWORK_COMMANDS, ...REGISTRY_COMMANDS, ...VOLUME_COMMANDS];

it('whatever can be done has a key that is no other one’s, with an object in its place', () => {
  expect(objects.length).toBeGreaterThan(50);
  expect([...app, ...objects].flatMap(({ id, keys }) => (keys === undefined ? [id] : []))).toEqual([]);
  expect(conflicts({ app, objects }, {})).toEqual([]);
  // Commands that share keys stand for each other: never two that can be done with one object at once, such as both ways of copying.
  const shared = Map.groupBy([...app, ...objects], ({ place, keys }) => `${place} ${keys}`);
  expect([...shared.values()].flatMap((group) => (group.length > 1 ? [group.map(({ id }) => id).join()] : []))).toEqual([
    'task.resume,task.retry',
    'container.start,container.stop',
    'container.pause,container.unpause',
  ]);
});
