import { describe, expect, test } from 'vitest';
import type { Schema } from '#model/schema.ts';
import { celProblems } from './cel.ts';
import { withDefaults } from './defaults.ts';

const integer: Schema = { type: 'integer' };
const text: Schema = { type: 'string' };
const withRule = (rule: string, properties: Readonly<Record<string, Schema>>, more: Readonly<Record<string, unknown>> = {}): Schema => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, 'x-kubernetes-validations': [{ rule, message: 'is not so', ...more }] } },
});
const broken = [{ path: ['spec'], certain: true, message: 'breaks a rule of its kind: is not so' }];

describe('a rule holds, or is told at its place', () => {
  test.each<[string, Schema, unknown, boolean]>([
    ['whole numbers', withRule('self.least <= self.most && self.most % 2 == 0', { least: integer, most: integer }), { least: 1, most: 4 }, true],
    ['whole numbers', withRule('self.least <= self.most', { least: integer, most: integer }), { least: 5, most: 4 }, false],
    ['numbers', withRule('self.share < 0.5', { share: { type: 'number' } }), { share: 0 }, true],
    ['what is absent', withRule('has(self.a) != has(self.b)', { a: text, b: text }), { a: 'x' }, true],
    ['what is absent', withRule('has(self.a) != has(self.b)', { a: text, b: text }), { a: 'x', b: 'y' }, false],
    [
      'an item of a list',
      withRule('!has(self.list[0].a)', { list: { type: 'array', items: { type: 'object', properties: { a: text } } } }),
      { list: [{}] },
      true,
    ],
    [
      'an item of a list',
      withRule('!has(self.list[0].a)', { list: { type: 'array', items: { type: 'object', properties: { a: text } } } }),
      { list: [{ a: 'x' }] },
      false,
    ],
    ['a default', withRule("self.mode == 'safe'", { mode: { ...text, default: 'safe' } }), {}, true],
    ['a default in place of null', withRule("self.mode == 'safe'", { mode: { ...text, default: 'safe' } }), { mode: null }, true],
    ['a null that may be', withRule('self.mode == null', { mode: { ...text, nullable: true } }), { mode: null }, true],
    [
      'a name that CEL keeps for itself',
      withRule("self.__namespace__ == 'a' && self.a__dash__b == 1", { namespace: text, 'a-b': integer }),
      { namespace: 'a', 'a-b': 1 },
      true,
    ],
    [
      'keys of a map as they are',
      withRule("self.labels['a-b'] == 'c'", { labels: { type: 'object', additionalProperties: text } }),
      { labels: { 'a-b': 'c' } },
      true,
    ],
    [
      'a number or a text',
      withRule("type(self.port) == string ? self.port == 'http' : self.port == 80", { port: { 'x-kubernetes-int-or-string': true } }),
      { port: 80 },
      true,
    ],
    ['an address', withRule("isURL(self.at) && url(self.at).getScheme() == 'https'", { at: text }), { at: 'https://a.example' }, true],
    ['an address', withRule("isURL(self.at) && url(self.at).getScheme() == 'https'", { at: text }), { at: 'http://a.example' }, false],
    ['the object before, which a new one has not', withRule('self.a == oldSelf.a', { a: text }), { a: 'x' }, true],
  ])('%s: %#', (_, schema, spec, holds) => {
    expect(celProblems({ spec }, schema)).toEqual(holds ? [] : broken);
  });

  test('in the words of the rule, of its expression, or as it is written', () => {
    const said = (more: Readonly<Record<string, unknown>>): unknown =>
      celProblems({ spec: { a: 3 } }, withRule('self.a > 3', { a: integer }, { message: '', ...more })).map((p) => p.message);
    expect(said({ messageExpression: "'a is ' + string(self.a)" })).toEqual(['breaks a rule of its kind: a is 3']);
    expect(said({ messageExpression: 'self.nothing' })).toEqual(['breaks a rule of its kind: self.a > 3']);
    expect(said({})).toEqual(['breaks a rule of its kind: self.a > 3']);
  });
});

test.each(['isIP(self.a)', 'self.nothing == 1', 'self.a +', "self.a > 'x' > 1"])('the rule %j can not be evaluated, which is no pass', (rule) => {
  expect(celProblems({ spec: { a: 'x' } }, withRule(rule, { a: text }))).toEqual([
    { path: ['spec'], certain: false, message: expect.stringMatching(/^has a rule that can not be evaluated here \(.+\): /) },
  ]);
});

test('a rule below items and values of a map stands at their place, and one about what is absent says nothing', () => {
  const small: Schema = { type: 'object', properties: { n: integer }, 'x-kubernetes-validations': [{ rule: 'self.n < 3' }] };
  const schema: Schema = {
    type: 'object',
    properties: { list: { type: 'array', items: small }, map: { type: 'object', additionalProperties: small }, gone: small },
  };
  expect(celProblems({ list: [{ n: 1 }, { n: 3 }], map: { a: { n: 4 } } }, schema).map((p) => p.path)).toEqual([
    ['list', 1],
    ['map', 'a'],
  ]);
});

test('defaults are put in at every depth, and leave the object that was given as it was', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      list: { type: 'array', items: { type: 'object', properties: { a: { ...text, default: 'x' } } } },
      box: { type: 'object', default: {}, properties: { b: { ...integer, default: 1 } } },
    },
  };
  const given = { list: [{}, { a: 'y' }], other: { kept: null } };
  expect(withDefaults(given, schema)).toEqual({ list: [{ a: 'x' }, { a: 'y' }], box: { b: 1 }, other: { kept: null } });
  expect(given).toEqual({ list: [{}, { a: 'y' }], other: { kept: null } });
});
