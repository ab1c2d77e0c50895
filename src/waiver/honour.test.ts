import { describe, expect, test } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { dayOf } from '#util/day.ts';
import { finding } from '../../test/support/reports.ts';
import { waiverEntry } from '../../test/support/waivers.ts';
import type { PlacedFinding } from './cover.ts';
import { honouredFor, refusalOf, type WaiverCircumstances, waivedBy } from './honour.ts';
import type { WaiverEntry } from './read.ts';

const severities = new Map<string, 'deny' | 'warn'>([
  ['security.pod_security', 'deny'],
  ['reliability.advice', 'warn'],
]);
const approvers = new Map([
  ['security', ['@anna-berg', '@erik-lund', '@anna-berq']],
  ['reliability', ['@anna-berg']],
]);
const on = (instant: string, authors: readonly string[] = ['Erik Lund <erik@norvik.example>']): WaiverCircumstances => ({
  day: dayOf(new Date(instant)),
  severities,
  approvers,
  history: () => ({ authors, day: undefined }),
});

const placed = (changes: Partial<PlacedFinding> = {}, of: Partial<Finding> = {}): PlacedFinding => ({
  finding: finding({ code: 'security.pod_security', path: ['spec', 'containers', 0, 'image'], ...of }),
  kind: 'Rollout',
  namespace: 'mro-optimizer',
  name: 'agent',
  namedPath: ['spec', 'containers', 'name=main', 'image'],
  root: 'agents/mro-optimizer/rings/w3/region',
  clusters: ['prd-region-se-01'],
  ...changes,
});

const during = on('2027-02-10T12:00:00Z');
const isHonoured = (entry: WaiverEntry, where = placed(), at = during): boolean => honouredFor(where, [entry], at) !== undefined;

describe('a waiver is honoured from its first to its last day, in UTC', () => {
  test.each([
    ['one second before its first day', '2027-01-31T23:59:59Z', false],
    ['in its first second', '2027-02-01T00:00:00Z', true],
    ['in its last second', '2027-03-03T23:59:59Z', true],
    ['one second after its last day', '2027-03-04T00:00:00Z', false],
    ['while its last day goes on somewhere to the west', '2027-03-03T23:00:00-05:00', false],
    ['while its first day has begun only to the east', '2027-02-01T01:00:00+05:00', false],
  ])('%s', (_, instant, honoured) => {
    expect(isHonoured(waiverEntry(), placed(), on(instant))).toBe(honoured);
  });

  test('over the change of clocks and a leap day a day is a day', () => {
    const spring = waiverEntry({ effectiveOn: '2027-03-20', effectiveUntil: '2027-03-29' });
    expect(waivedBy(spring, '2027-03-27').daysLeft).toBe(2);
    const leap = waiverEntry({ effectiveOn: '2028-02-01', effectiveUntil: '2028-03-02' });
    expect(refusalOf(leap, on('2028-02-29T12:00:00Z'))).toBeUndefined();
    expect(waivedBy(leap, '2028-02-28').daysLeft).toBe(3);
  });
});

test.each<[string, Readonly<Record<string, unknown>>, WaiverCircumstances, string]>([
  ['31 days', { effectiveUntil: '2027-03-04' }, during, 'waiver.too_long lasts 31 days from 2027-02-01, at most 30 are allowed'],
  ['400 days', { effectiveUntil: '2028-03-08' }, during, 'waiver.too_long lasts 401 days from 2027-02-01, at most 30 are allowed'],
  [
    '91 days for advice',
    { rules: ['reliability.advice'], effectiveUntil: '2027-05-03' },
    during,
    'waiver.too_long lasts 91 days from 2027-02-01, at most 90 are allowed',
  ],
  [
    'the strictest of its rules counts',
    { rules: ['reliability.advice', 'security.pod_security'], effectiveUntil: '2027-04-01' },
    during,
    'waiver.too_long lasts 59 days from 2027-02-01, at most 30 are allowed',
  ],
  ['an unknown rule', { rules: ['security.gone'] }, during, 'waiver.unknown_rule there is no rule security.gone that can be waived'],
  ['a refused source', { rules: ['source.remote_base'] }, during, 'waiver.unknown_rule there is no rule source.remote_base that can be waived'],
  ['a machine that approves', { approvedBy: '@dependabot' }, during, 'waiver.self_approved @dependabot is a machine'],
  ['another machine that approves', { approvedBy: '@norvik-bot' }, during, 'waiver.self_approved @norvik-bot is a machine'],
  ['the owner approves', { owner: '@anna-berg' }, during, 'waiver.self_approved @anna-berg is the owner, @anna-berg, or looks the same'],
  ['the owner in capitals', { owner: '@Anna-Berg' }, during, 'waiver.self_approved @anna-berg is the owner, @Anna-Berg, or looks the same'],
  [
    'a look-alike of the owner',
    { owner: '@anna-l-berg', approvedBy: '@anna-1-berg' },
    during,
    'waiver.self_approved @anna-1-berg is the owner, @anna-l-berg, or looks the same',
  ],
  [
    'the author approves',
    {},
    on('2027-02-10T12:00:00Z', ['Anna Berg <a@norvik.example>']),
    'waiver.self_approved @anna-berg wrote the waiver, as Anna Berg <a@norvik.example>, or looks the same',
  ],
  [
    'the author by address',
    {},
    on('2027-02-10T12:00:00Z', ['x <17+anna-berg@users.noreply.github.com>']),
    'waiver.self_approved @anna-berg wrote the waiver, as x <17+anna-berg@users.noreply.github.com>, or looks the same',
  ],
  [
    'the author with letters of another script',
    {},
    on('2027-02-10T12:00:00Z', ['Аnnа Веrg <a@b.example>']),
    'waiver.self_approved @anna-berg wrote the waiver, as Аnnа Веrg <a@b.example>, or looks the same',
  ],
  [
    'one who may not approve',
    { approvedBy: '@petra-vogel' },
    during,
    'waiver.not_entitled @petra-vogel may not approve waivers of security rules; waivers/approvers.yaml names @anna-berg, @erik-lund, @anna-berq',
  ],
  [
    'one who may approve a part',
    { approvedBy: '@erik-lund', rules: ['security.pod_security', 'reliability.advice'] },
    on('2027-02-10T12:00:00Z', []),
    'waiver.not_entitled @erik-lund may not approve waivers of reliability rules; waivers/approvers.yaml names @anna-berg',
  ],
  [
    'nobody may',
    {},
    { ...during, approvers: new Map() },
    'waiver.not_entitled @anna-berg may not approve waivers of security rules; waivers/approvers.yaml names nobody',
  ],
])('a waiver is refused: %s', (_, changes, at, told) => {
  const entry = waiverEntry(changes);
  const refusal = refusalOf(entry, at);
  expect(`${refusal?.code} ${refusal?.message}`).toBe(told);
  expect({ file: refusal?.file, line: (refusal?.line ?? 0) > 1 }).toEqual({ file: 'waivers/mro-privileged.yaml', line: true });
  expect(isHonoured(entry, placed({}, { code: entry.waiver.rules[0] ?? '' }), at)).toBe(false);
});

test('90 days are allowed for a rule that only advises', () => {
  expect(refusalOf(waiverEntry({ rules: ['reliability.advice'], effectiveUntil: '2027-05-02' }), during)).toBeUndefined();
});

describe('a waiver covers what it names and nothing beside it', () => {
  const root = 'agents/mro-optimizer/rings/w3/region';
  test.each<[string, Readonly<Record<string, unknown>>, Partial<PlacedFinding>, boolean]>([
    ['its cluster', { scope: { clusters: ['prd-region-se-01'] } }, {}, true],
    ['another cluster', { scope: { clusters: ['prd-region-se-02'] } }, {}, false],
    ['one of two clusters that the root reaches', { scope: { clusters: ['prd-region-se-01'] } }, { clusters: ['prd-region-se-01', 'prd-region-se-02'] }, false],
    ['a root that reaches nobody knows which clusters', { scope: { clusters: ['prd-region-se-01'] } }, { clusters: [] }, false],
    ['its root', { scope: { roots: [root] } }, {}, true],
    ['a root of which its own is the beginning', { scope: { roots: [root] } }, { root: `${root}-2` }, false],
    ['another namespace', { scope: { namespaces: ['anr-manager'] } }, {}, false],
    ['another kind', { scope: { names: ['agent'], kinds: ['StatefulSet'] } }, {}, false],
    ['a generated object by its stem', { scope: { names: ['agent-config'] } }, { name: 'agent-config-tf67cdcg2h' }, true],
    ['an object whose name only begins so', { scope: { names: ['agent'] } }, { name: 'agent-2' }, false],
    ['a path above the value', { scope: { names: ['agent'], paths: ['spec.containers[name=main]'] } }, {}, true],
    ['a path of which its own is the beginning', { scope: { names: ['agent'], paths: ['spec.contain'] } }, {}, false],
    ['one item of a rule', { rules: ['security.pod_security:main'] }, {}, true],
    ['another item of the rule', { rules: ['security.pod_security:sidecar'] }, {}, false],
    ['another rule', { rules: ['reliability.advice'] }, {}, false],
  ])('%s', (_, changes, where, covered) => {
    expect(isHonoured(waiverEntry(changes), placed(where))).toBe(covered);
  });

  test('nothing that is undecided, refused before rendering, or about a waiver', () => {
    expect(isHonoured(waiverEntry(), placed({}, { effect: 'undecided' }))).toBe(false);
    expect(isHonoured(waiverEntry(), placed({}, { source: 'source' }))).toBe(false);
    expect(isHonoured(waiverEntry(), placed({}, { source: 'waiver' }))).toBe(false);
  });
});

test('of several the most specific one is named, in whatever order they come', () => {
  const wide = waiverEntry({ id: 'wide', scope: { clusters: ['prd-region-se-01'] } });
  const named = waiverEntry({ id: 'named', scope: { clusters: ['prd-region-se-01'], names: ['agent'] } });
  const item = waiverEntry({ id: 'item', scope: { clusters: ['prd-region-se-01'], names: ['agent'] }, rules: ['security.pod_security:main'] });
  const ended = waiverEntry({ id: 'ended', scope: { roots: ['agents/mro-optimizer/rings/w3/region'], names: ['agent'] }, effectiveUntil: '2027-02-09' });
  const named2 = (entries: readonly WaiverEntry[]) => honouredFor(placed(), entries, during)?.waiver.id;
  expect(named2([wide, ended, item, named])).toBe('item');
  expect(named2([named, wide, ended])).toBe('named');
  expect(named2([ended])).toBeUndefined();
});
