import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { leakIn } from './support/hostile-gate.ts';

/** What somebody may call a pull request, its branch and himself: none of it is ever run, printed or obeyed. */
const spells = [
  '$(touch pwned)',
  '`touch pwned`',
  "'; touch pwned; '",
  `\${{ secrets.TOKEN }}`,
  '::error::pwned',
  '--upload-pack=touch pwned',
  `pwned ${'x'.repeat(10_000)}`,
] as const;

describe('names of a pull request', () => {
  const fleet = new FleetClone();
  afterAll(() => fleet.close());

  test.each(spells)('H82: %s', (spell) => {
    fleet.branch();
    // Git takes neither blanks nor colons, dots or brackets in the name of a branch.
    const branch = spell
      .replaceAll(/[ :.~^?*[\\{}]/g, '_')
      .replace(/^-+/, '')
      .slice(0, 200);
    fleet.git('checkout', '--quiet', '-b', branch);
    fleet.replace('agents/mro-optimizer/agent.yaml', 'Corrects handovers', 'Mends handovers');
    fleet.git('-c', `user.name=${spell}`, '-c', 'user.email=a@b.example', 'commit', '--quiet', '--all', `--message=${spell}\n\nBody: ${spell}`);
    const comment = path.join(fleet.directory, '..', `${path.basename(fleet.directory)}.md`);
    const { exitCode, stdout, stderr, report } = fleet.gate(['--markdown', comment]);
    const text = [stdout, stderr, JSON.stringify(report), readFileSync(comment, 'utf8')].join('\n');
    expect([exitCode, report?.outcome]).toEqual([0, 'allow']);
    expect(text).not.toContain('pwned');
    expect(text).not.toContain(spell);
    expect(leakIn(text)).toBeUndefined();
    expect(fleet.git('status', '--porcelain')).toBe('');
  });
});
