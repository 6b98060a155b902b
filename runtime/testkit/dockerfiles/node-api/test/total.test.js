import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/total.js';

test('adds prices up', () => assert.equal(total([1, 2, 3.5]), 6.5));
test('has nothing to pay for nothing', () => assert.equal(total([]), 0));
