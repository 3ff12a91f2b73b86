import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseModelReference } from './model-reference.ts';

const read = (text: string) => parseModelReference(text, 'job-failure');

it.each([
  ['3', { model: 'job-failure', by: 'version', version: 3 }],
  ['champion', { model: 'job-failure', by: 'alias', alias: 'champion' }],
  ['@shadow', { model: 'job-failure', by: 'alias', alias: 'shadow' }],
  ['latest', { model: 'job-failure', by: 'latest' }],
  ['other/3', { model: 'other', by: 'version', version: 3 }],
  ['other@challenger', { model: 'other', by: 'alias', alias: 'challenger' }],
  ['models:/other/3', { model: 'other', by: 'version', version: 3 }],
  ['models:/other@champion', { model: 'other', by: 'alias', alias: 'champion' }],
  ['models:/other/latest', { model: 'other', by: 'latest' }],
])('%s is a reference', (text, expected) => expect(read(text)).toEqual(expected));

it.each([
  '',
  '0',
  '-1',
  '3.5',
  '2147483648',
  'best',
  '@best',
  'm@3',
  'm/Production',
  'models:/m',
  'models:',
  'a/b/3',
  'm/3 ',
  'm /3',
])('"%s" is none', (text) => expect(read(text)).toBe(null));

it('reads back what it is written as', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/);
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 2_147_483_647 }), (model, version) => {
      expect(read(`models:/${model}/${version}`)).toEqual({ model, by: 'version', version });
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void read(text)));
});
