import { describe, expect, it } from 'vitest';
import { fullName, referenceProblem, registryOf } from './image-reference.ts';

const HEX = 'a'.repeat(64);

describe('a name of an image', () => {
  it.each([
    ['busybox', null],
    ['busybox:1.36', null],
    ['a/b__c-d.e:tag_1.2-3', null],
    ['registry.example:5000/team/app:1', null],
    ['localhost/app', null],
    ['[::1]:5000/app', null],
    [`app@sha256:${HEX}`, null],
    [`app:1@sha256:${HEX}`, null],
    ['', 'empty'],
    [HEX, 'id'],
    ['App', 'uppercase'],
    ['team/App:1', 'uppercase'],
    ['a//b', 'format'],
    ['-app', 'format'],
    ['app name', 'format'],
    ['https://registry.example/app', 'format'],
    ['app:', 'tag'],
    ['app:a b', 'tag'],
    [`app:${'x'.repeat(129)}`, 'tag'],
    ['app@sha256:123', 'digest'],
    ['a/'.repeat(130) + 'a', 'long'],
  ])('%s: %s', (text, problem) => expect(referenceProblem(text)).toBe(problem));

  it.each([
    ['busybox', 'docker.io', 'busybox:latest'],
    ['docker.io/library/busybox:1', 'docker.io', 'busybox:1'],
    ['team/app', 'docker.io', 'team/app:latest'],
    ['registry.example:5000/app:2', 'registry.example:5000', 'registry.example:5000/app:2'],
    ['localhost/app', 'localhost', 'localhost/app:latest'],
  ])('%s is of %s and listed as %s', (text, host, full) => expect([registryOf(text), fullName(text)]).toEqual([host, full]));
});
