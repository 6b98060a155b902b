import { expect, it } from 'vitest';
import { addressIn } from './addresses.ts';

it('takes the first address of ours from a command line', () => {
  expect(addressIn(['--hidden', '/opt/x', 'slipway://settings', 'slipway://images'])).toBe('slipway://settings');
  expect(addressIn(['SLIPWAY://settings'])).toBe('SLIPWAY://settings');
});

it('takes nothing else', () => {
  expect(addressIn([])).toBeNull();
  expect(addressIn(['--url=slipway://settings', 'https://slipway/', 'slipway', 'xslipway://x'])).toBeNull();
});
