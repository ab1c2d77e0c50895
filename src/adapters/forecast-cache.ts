import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RolloutForecast } from '#model/forecast.ts';

/**
 * Keeps forecasts of one engine, a file each. One that can not be read counts as absent; two runs at once never leave half of one.
 * @param engine key of the engine that made them
 */
export const keepForecasts =
  (directory: string, engine: string): ((key: string, find: () => RolloutForecast) => RolloutForecast) =>
  (key, find) => {
    const name = createHash('sha256').update(`${engine}\0`).update(key).digest('hex');
    const file = path.join(directory, name.slice(0, 2), `${name}.json`);
    const kept = readForecast(file);
    if (kept) return kept;
    const found = find();
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(found));
    renameSync(`${file}.${process.pid}`, file);
    return found;
  };

const readForecast = (file: string): RolloutForecast | undefined => {
  try {
    const forecast = JSON.parse(readFileSync(file, 'utf8')) as Partial<RolloutForecast>;
    return Array.isArray(forecast.scenarios) && forecast.scenarios.length > 0 ? (forecast as RolloutForecast) : undefined;
  } catch {
    return undefined;
  }
};
