/** One line of an allow list. `major`/`minor` null: any. `access`: some of r, w and m. */
export interface DeviceRule {
  readonly type: 'b' | 'c';
  readonly major: number | null;
  readonly minor: number | null;
  readonly access: string;
}

/** A device node handed to a container. */
export interface GivenDevice {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly permissions: string;
}

/** Which devices a container may use; `all`: every one. */
export interface DeviceAccess {
  readonly all: boolean;
  readonly given: readonly GivenDevice[];
  readonly rules?: readonly DeviceRule[];
}

/** What every container may do: make any node (using it is another matter), and use the standard ones. */
const STANDARD: readonly DeviceRule[] = [
  { type: 'c', major: null, minor: null, access: 'm' },
  { type: 'b', major: null, minor: null, access: 'm' },
  ...[3, 5, 7, 8, 9].map((minor): DeviceRule => ({ type: 'c', major: 1, minor, access: 'rwm' })),
  ...[0, 1, 2].map((minor): DeviceRule => ({ type: 'c', major: 5, minor, access: 'rwm' })),
  { type: 'c', major: 136, minor: null, access: 'rwm' },
];

/** The allow list of a container that does not have all devices. */
export function deviceRules(given: readonly GivenDevice[], more: readonly DeviceRule[] = []): readonly DeviceRule[] {
  if (given.length === 0 && more.length === 0) return STANDARD;
  return [...STANDARD, ...given.map(({ type, major, minor, permissions }): DeviceRule => ({ type, major, minor, access: permissions })), ...more];
}

/** The form of v1's `devices.allow`, e.g. `c 1:3 rwm`. */
export function ruleText({ type, major, minor, access }: DeviceRule): string {
  return `${type} ${major ?? '*'}:${minor ?? '*'} ${access}`;
}
