import { expect, it } from 'vitest';
import { questionOf } from './use-suggestions.ts';

it.each([
  ['', null],
  ['n', null],
  ['ng', { kind: 'search', host: 'docker.io', of: 'ng' }],
  ['team/ap', { kind: 'search', host: 'docker.io', of: 'team/ap' }],
  ['registry.example:5000/', { kind: 'search', host: 'registry.example:5000', of: '' }],
  ['registry.example:5000/team/a', { kind: 'search', host: 'registry.example:5000', of: 'team/a' }],
  ['nginx:', { kind: 'tags', host: 'docker.io', of: 'nginx' }],
  ['registry.example:5000/app:1', { kind: 'tags', host: 'registry.example:5000', of: 'registry.example:5000/app' }],
  ['Bad Name:1', null],
  ['nginx@sha256:12', null],
])('%j', (text, question) => expect(questionOf(text)).toEqual(question));
