/** A row that no table of this folder holds: why, and where it is decided. */
export interface Elsewhere {
  readonly id: string;
  readonly reason: string;
  /** A test of this repository, and text of one of its titles. */
  readonly test: readonly [file: string, title: string];
}

const here = (id: string, reason: string, file: string, title: string): Elsewhere => ({ id, reason, test: [file, title] });

export const elsewhere: readonly Elsewhere[] = [
  here(
    'H41',
    'bytes are taken from the object store by their ids, so that nothing can be swapped between scan and build',
    'src/adapters/git.test.ts',
    'is its commit, entry by entry and byte by byte',
  ),
  here(
    'H76',
    'what rules print goes nowhere, and messages come from metadata',
    'src/adapters/opa-wasm.test.ts',
    'prints the verdict alone, though a rule prints',
  ),
  here(
    'H79',
    'there is one entry point, and every rule must tell that it ran',
    'src/adapters/opa-wasm.test.ts',
    'a rule that the metadata promises and the bundle lacks is a fault',
  ),
  here('H81', 'waivers are taken from the base only', 'test/e2e/waivers.test.ts', 'of the change itself is not honoured, and the change is told so'),
  here('H81', 'a waiver that ended', 'test/e2e/waivers.test.ts', 'that ended is not honoured'),
  here('H81', 'a pattern in a waiver', 'test/e2e/waivers.test.ts', 'that is written as a pattern is denied with its line'),
  here('H81', 'a change that deletes the rule it breaks', 'test/e2e/guard.test.ts', 'that deletes the rule it breaks is denied by the base'),
  here('H81', 'a change that edits the engine', 'test/e2e/guard.test.ts', 'that edits the engine names the engine that judged'),
  here(
    'H83',
    'the body of a pull request is not read; what the comment says of a change is escaped',
    'src/report/escape.test.ts',
    'Markdown has no tag, no mention, no code, no link and no comment',
  ),
];
