import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { faultOf } from '../../test/support/faults.ts';
import { GitRepository } from '../../test/support/git-repository.ts';
import { createPinHistory } from './pin-history.ts';

const file = (agent: string): string => `agents/${agent}/rings/w3/pin/kustomization.yaml`;
const pin = (release: string): string => `resources:\n  - ../../../releases/${release}\n`;

const made: GitRepository[] = [];
const repository = (files: Readonly<Record<string, string>>): GitRepository => {
  const git = new GitRepository(files);
  made.push(git);
  return git;
};
afterEach(() => {
  for (const git of made.splice(0)) git.close();
});

test('the commit that set a pin and those after it hold it; those before do not', () => {
  const git = repository({ [file('mro')]: pin('1.0.0'), [file('mlb')]: pin('1.0.0') });
  const before = git.git('rev-parse', 'HEAD');
  git.write({ [file('mro')]: pin('1.1.0') });
  const set = git.commit('mro 1.1.0');
  git.write({ 'docs/notes.md': 'nothing about pins' });
  const after = git.commit('notes');
  const { holds } = createPinHistory(git.directory, 'HEAD');
  expect([before, set, after].map((at) => holds('mro', 'w3', at))).toEqual([false, true, true]);
  expect([before, set, after].map((at) => holds('mlb', 'w3', at))).toEqual([true, true, true]);
  expect(holds('mro', 'w5', after)).toBe(false);
  expect(holds('mro', 'w3', 'f'.repeat(40))).toBe(false);
});

test('a release that came back is held from its return on: what once had it as well came before', () => {
  const git = repository({ [file('mro')]: pin('1.0.0') });
  const first = git.git('rev-parse', 'HEAD');
  git.write({ [file('mro')]: pin('1.1.0') });
  git.commit('1.1.0');
  git.write({ [file('mro')]: pin('1.0.0') });
  const back = git.commit('back to 1.0.0');
  const { holds } = createPinHistory(git.directory, 'HEAD');
  expect([holds('mro', 'w3', first), holds('mro', 'w3', back)]).toEqual([false, true]);
});

test('a pin that a merge brought is held from the merge on, and by the commit of its branch not', () => {
  const git = repository({ [file('mro')]: pin('1.0.0') });
  git.git('checkout', '--quiet', '-b', 'promote');
  git.write({ [file('mro')]: pin('1.1.0') });
  const branch = git.commit('mro 1.1.0');
  git.git('checkout', '--quiet', 'main');
  git.write({ 'docs/notes.md': 'meanwhile' });
  git.commit('notes');
  git.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'promote');
  const { holds } = createPinHistory(git.directory, 'HEAD');
  expect([holds('mro', 'w3', branch), holds('mro', 'w3', git.git('rev-parse', 'HEAD'))]).toEqual([false, true]);
});

test('a commit ahead of the head that names another release does not hold the pin', () => {
  const git = repository({ [file('mro')]: pin('1.0.0') });
  const head = git.git('rev-parse', 'HEAD');
  git.write({ [file('mro')]: pin('1.1.0') });
  const ahead = git.commit('1.1.0');
  expect(createPinHistory(git.directory, head).holds('mro', 'w3', ahead)).toBe(false);
});

test('a clone without its history can not tell', () => {
  const git = repository({ [file('mro')]: pin('1.0.0') });
  git.write({ [file('mro')]: pin('1.1.0') });
  git.commit('1.1.0');
  const shallow = repository({});
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${git.directory}`, shallow.at('clone')]);
  expect(faultOf(() => createPinHistory(shallow.at('clone'), 'HEAD'))).toMatchObject({ code: 'GATE_SHALLOW', fault: 'undecided' });
});
