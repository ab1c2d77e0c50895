import { expect, test } from 'vitest';
import type { PromotionMove } from '#model/promotion.ts';
import { finding, report } from '../../test/support/reports.ts';
import { pullText, withCountdown } from './pull-body.ts';

const move: PromotionMove = {
  kind: 'promotion',
  agent: 'mro-optimizer',
  ring: 'w4',
  from: '1.0.0',
  to: '1.1.0',
  verifiedIn: 'w3',
  ready: false,
  reasons: [{ code: 'freeze.active', text: 'a <holiday>', until: '2027-03-11T08:00:00.000Z' }],
  approvals: 2,
  breakGlass: false,
};
const link = { file: 'evidence/mro-optimizer/w3/00000002.json', renderSha256: 'ab'.repeat(32) };

test('a pull request says what it waits for, what it rests on, and what the gate says', () => {
  const { title, body } = pullText(move, report({ findings: [finding()] }), link);
  expect(title).toBe('Promote mro-optimizer 1.1.0 in w4');
  expect(body).toContain('- `freeze.active` a &lt;holiday&gt; (until 2027-03-11T08:00:00.000Z)');
  expect(body).toContain('2 people other than the author must approve this very commit.');
  expect(body).toContain(
    'w3 verified it: [evidence/mro-optimizer/w3/00000002.json](../blob/HEAD/evidence/mro-optimizer/w3/00000002.json), render abababababab.',
  );
  expect(body).toContain('security.image\\_digest');
  expect(pullText(move, report(), undefined).body).toContain('No record says that w3 verified ');
});

test('the countdown changes, and the rest stays; what somebody took out does not come back', () => {
  const { body } = pullText(move, report(), link);
  const open = withCountdown(body, { ...move, ready: true, reasons: [] });
  expect(open).toContain('All gates of the plan are open.');
  expect(open).not.toContain('freeze.active');
  expect(open?.split('<!-- /ranfleet-countdown -->')[1]).toBe(body.split('<!-- /ranfleet-countdown -->')[1]);
  expect(withCountdown(body, move)).toBe(body);
  expect(withCountdown(body.slice(5), move)).toBeUndefined();
});

test('it always fits', () => {
  const many = report({ findings: Array.from({ length: 500 }, (_, i) => finding({ fingerprint: `${i}`, message: 'x'.repeat(900) })) });
  const long = { ...move, reasons: Array.from({ length: 400 }, (_, i) => ({ code: `code.${i}`, text: 'y'.repeat(900) })) };
  expect(pullText(long, many, link).body.length).toBeLessThanOrEqual(65_536);
});
