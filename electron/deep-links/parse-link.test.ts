import { expect, it } from 'vitest';
import { parseLink } from './parse-link.ts';

it.each([
  ['slipway://container/web', { verb: 'container', name: 'web', tab: '' }],
  ['slipway://container/web/?tab=logs', { verb: 'container', name: 'web', tab: 'logs' }],
  ['SLIPWAY://Container/Web', { verb: 'container', name: 'Web', tab: '' }],
  ['slipway://image/registry.example:5000/shop/worker:2026.11', { verb: 'image', name: 'registry.example:5000/shop/worker:2026.11', tab: '' }],
  ['slipway://image/nginx%3A1.27', { verb: 'image', name: 'nginx:1.27', tab: '' }],
  ['slipway://volume/data', { verb: 'volume', name: 'data', tab: '' }],
  ['slipway://network/shop_default', { verb: 'network', name: 'shop_default', tab: '' }],
  ['slipway://run?image=nginx:1.27', { verb: 'run', image: 'nginx:1.27' }],
  ['slipway://pull/?image=nginx', { verb: 'pull', image: 'nginx' }],
  ['slipway://search?q=timed%20out', { verb: 'search', text: 'timed out' }],
  ['slipway://settings', { verb: 'show', place: 'settings' }],
  ['slipway://images/', { verb: 'show', place: 'images' }],
])('understands %s', (address, link) => expect(parseLink(address)).toEqual(link));

it.each([
  '',
  'https://container/web',
  'slipway:container/web',
  'slipway://',
  'slipway://remove/web',
  'slipway://stop/web',
  'slipway://exec?command=rm',
  'slipway://container/',
  'slipway://container/--privileged',
  'slipway://container/a%00b',
  'slipway://container/%E0%A4%A',
  'slipway://container/<script>',
  'slipway://container/web?tab=../../x',
  'slipway://run',
  'slipway://run/nginx',
  'slipway://run?image=-v%20/:/host',
  'slipway://run?image=$(reboot)',
  'slipway://search?q=',
  'slipway://search?q=%E2%80%AEtxt',
  `slipway://container/${'a'.repeat(3000)}`,
  'slipway://settings/general',
])('refuses %s', (address) => expect(parseLink(address)).toBeNull());
