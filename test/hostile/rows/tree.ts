import type { Tree } from '../../support/tree-snapshot.ts';
import { at, configMap, type ExitClass, folder, kustomization, type Row } from '../support/row.ts';

const row = (id: string, name: string, exit: ExitClass, head: () => Tree, ...says: string[]): Row => ({ id, name, head, exit, says });
const named = (id: string, what: string, file: string, ...says: string[]): Row =>
  row(id, `a file name with ${what}`, 2, () => ({ [file]: 'a: b\n' }), 'GATE_MALFORMED', ...says);
const strange = 'has a name with other characters than letters, digits and . _ - @ +';
const resources = (...names: string[]): Tree => kustomization(`resources:\n${['a.yaml', ...names].map((n) => `  - ${n}\n`).join('')}`);

export const rows: readonly Row[] = [
  named('H14', 'a Cyrillic letter', 'agents/mr\u043e-optimizer/agent.yaml', 'mr<U+043E>-optimizer', strange),
  row('H14', 'a Cyrillic letter in the name of an object', 1, () => ({ [at('a.yaml')]: configMap('', 'f\u0430cts') }), 'schema.identity', 'f<U+0430>cts'),
  named('H15', 'composed letters', 'docs/caf\u00e9.yaml', strange),
  named('H15', 'letters and their accents apart', 'docs/cafe\u0301.yaml', 'cafe<U+0301>'),
  row(
    'H15',
    'two names that differ in the case of letters',
    2,
    () => ({ [at('A.yaml')]: configMap('') }),
    'has the name of clusters/prd-region-se-01/facts/a.yaml, but for the case',
  ),
  row('H15', 'two folders that differ in the case of letters', 2, () => ({ 'clusters/PRD-region-se-01/facts/b.yaml': configMap('') }), 'but for the case'),
  row('H36', 'a base outside the repository', 1, () => resources('../../../../other'), 'source.outside_repository'),
  row('H36', 'an absolute base', 1, () => resources('/etc'), 'source.outside_repository'),
  row('H36', 'a base that is itself', 1, () => resources('"."'), 'source.cycle'),
  row(
    'H36',
    'a file of a folder whose name only begins alike',
    1,
    () => ({ ...resources('../facts-evil/b.yaml'), 'clusters/prd-region-se-01/facts-evil/b.yaml': configMap('', 'b') }),
    'source.outside_folder',
  ),
  row(
    'H37',
    'a link to a file outside',
    1,
    () => ({ ...resources('b.yaml'), [at('b.yaml')]: { symlink: '/etc/passwd' } }),
    'source.symlink',
    'facts/b.yaml is a symbolic link',
  ),
  row('H37', 'a link to a folder outside', 1, () => ({ ...resources('../evil'), 'clusters/prd-region-se-01/evil': { symlink: '/etc' } }), 'source.symlink'),
  row('H37', 'a link to itself', 1, () => ({ ...resources('b.yaml'), [at('b.yaml')]: { symlink: 'b.yaml' } }), 'source.symlink'),
  row('H37', 'a link to nothing', 1, () => ({ ...resources('b.yaml'), [at('b.yaml')]: { symlink: 'none' } }), 'source.symlink'),
  row(
    'H37',
    'a way out and in again through a link',
    1,
    () => ({ ...resources('../out/a.yaml'), 'clusters/prd-region-se-01/out': { symlink: `../../../repository/${folder}` } }),
    'source.symlink',
  ),
  row('H37', 'a kustomization that is a link', 1, () => ({ [at('kustomization.yaml')]: { symlink: '../kustomization.yaml' } }), 'source.symlink'),
  row(
    'H38',
    'a base in a submodule',
    1,
    () => ({ ...resources('../other'), 'clusters/prd-region-se-01/other': { submodule: 'ab'.repeat(20) } }),
    'source.submodule',
  ),
  row(
    'H38',
    'a pointer of LFS in place of a manifest',
    2,
    () => ({ [at('a.yaml')]: `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 100\n` }),
    'holds a document that is no object',
  ),
  named('H38', 'the name of git', `${folder}/.GIT/config.yaml`, 'has a name that git keeps for itself'),
  named('H38', 'the short name of git', 'git~1/config.yaml', 'has a name that git keeps for itself'),
  named('H38', 'the list of submodules', '.gitmodules', 'has a name that git keeps for itself'),
  row(
    'H39',
    'a folder of the name kustomization.yaml',
    2,
    () => ({ ...resources('../b'), 'clusters/prd-region-se-01/b/kustomization.yaml/x.yaml': configMap('', 'x') }),
    'is a folder without a kustomization',
  ),
  named('H40', 'a line break', `${folder}/a\nb.yaml`, 'a<U+000A>b.yaml', strange),
  named('H40', 'a line break and a command of a build log', 'docs/a\n::error::owned.yaml', 'a<U+000A>::error::owned.yaml'),
  named('H40', 'a command of a build log', '::error::owned.yaml', strange),
  named('H40', 'a semicolon', 'docs/a;rm -rf.yaml', strange),
  named('H40', 'a command substitution', 'docs/$(touch owned).yaml', strange),
  named('H40', 'a leading hyphen', `${folder}/-rf.yaml`, strange),
  named('H40', 'an escape sequence', 'docs/\u001b[2J.yaml', '<U+001B>'),
  named('H40', '4 KiB', `docs/${'a'.repeat(4096)}.yaml`, 'is a path of 4106 characters'),
  named('H40', '300 characters in one part', `docs/${'a'.repeat(300)}.yaml`, strange),
  row('H40', 'a reference with a leading hyphen', 2, () => resources('-rf'), '"-rf" is no path'),
  row('H40', 'a reference with a line break', 2, () => resources('"b\\n::error::owned"'), '"b\\n::error::owned" is no path'),
];
