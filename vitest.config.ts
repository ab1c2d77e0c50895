import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files in path order, whatever an earlier run remembers of their times: two runs print the same list. */
class PathSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}

const project = (name: string, include: string[], timeout: number) => ({
  extends: true as const,
  test: { name, include, testTimeout: timeout, hookTimeout: timeout },
});

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: PathSequencer, shuffle: false, concurrent: false },
    projects: [
      project('src', ['src/**/*.test.ts'], 60_000),
      project('fleet', ['test/{analysis,apply,certify,e2e,evidence,github,hostile,policies,promotion,rehearse,tree,verdict}/**/*.test.ts'], 300_000),
      // A real browser: `npm run test:browser`; `npm test` must pass on a machine that has none.
      { extends: true, test: { ...project('browser', ['test/browser/**/*.test.ts'], 60_000).test, fileParallelism: false } },
      // Real controllers on loopback: `npm run e2e`.
      { extends: true, test: { ...project('live', ['test/live/**/*.test.ts'], 600_000).test, globalSetup: ['test/live/setup.ts'], fileParallelism: false } },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts'] },
  },
});
