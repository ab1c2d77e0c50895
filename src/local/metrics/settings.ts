import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import { formatPath } from '#util/manifest.ts';
import { regressionSchema } from './model.ts';

export const regressionsSchema = z.array(regressionSchema).max(1000);

export const loadsSchema = z.array(
  z.strictObject({
    namespace: z.string().min(1),
    /** Share of the requested CPU that is used; 1 is all of it. */
    cpuUtilisation: z.number().min(0).max(10),
  }),
);

const settingsSchema = z.strictObject({ regressions: regressionsSchema, load: loadsSchema });

/** What people set while the simulator runs. */
export type Settings = z.infer<typeof settingsSchema>;

export interface SettingsStore {
  readonly get: () => Settings;
  /** Keeps the settings first and lets them take effect then. Throws when the file can not be written. */
  readonly set: (settings: Settings) => void;
}

/** The problems of a value, each with the field it is in: `[0].errors: Invalid input`. */
export const describeProblems = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${formatPath(path.map((key) => (typeof key === 'number' ? key : String(key)))) || 'body'}: ${message}`).join('; ');

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const readSettings = (file: string): Settings => {
  const fault = (what: string): GateError =>
    new GateError('GATE_MALFORMED', 'usage', `${file}: ${what}`, { hint: 'Mend the file, or remove it to start without regressions.' });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (isAbsent(error)) return { regressions: [], load: [] };
    throw fault(messageOf(error));
  }
  const read = settingsSchema.safeParse(content);
  if (!read.success) throw fault(describeProblems(read.error));
  return read.data;
};

/**
 * Settings that outlive the process when a file is given; without one they live in memory.
 * @throws GateError GATE_MALFORMED when the file is there but does not hold settings.
 */
export const openSettings = (file?: string): SettingsStore => {
  let current: Settings = file === undefined ? { regressions: [], load: [] } : readSettings(file);
  return {
    get: () => current,
    set: (settings) => {
      if (file !== undefined) {
        const temporary = `${file}.${process.pid}.tmp`;
        writeFileSync(temporary, `${JSON.stringify(settings, null, 2)}\n`);
        renameSync(temporary, file);
      }
      current = settings;
    },
  };
};
