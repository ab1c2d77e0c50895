import type { AgentSample, ClusterSample, Sample } from '#model/observation.ts';

type Seen = AgentSample | ClusterSample;

/** Looks that are so far apart make no run: whoever reads it takes what was silent for ten minutes for unknown. Milliseconds. */
const longestGap = 9 * 60_000;
/** A look confirms another only so long after it (docs/promotion.md): it begins the run that goes on. */
const confirm = 60_000;
/** A log is written anew when so many lines more than it needs have come, or as many as it needs. */
const mostSpare = 5_000;

/**
 * Makes two lines of a run of looks that agree: those of the first minute, and from the first look after it until when it went on. A look each
 * few seconds at thousands of agents would fill a disk and a plan otherwise. Keeps what it was given, for whoever reads on.
 */
export class RunRecorder {
  /** By what a line is about and when it begins; in order of their first line. */
  readonly #lines = new Map<string, Sample>();
  readonly #last = new Map<string, Seen>();
  /** Of what the first minute of a run is not over. */
  readonly #young = new Set<string>();
  #spare = 0;

  constructor(samples: Iterable<Sample> = []) {
    for (const sample of samples) this.#keep(sample);
    this.#spare = 0;
  }

  /** Takes looks in order of time. @returns the lines to add to a log */
  add(samples: readonly Sample[]): Sample[] {
    return samples.map((sample) => {
      const line = sample.kind === 'fleet' ? sample : this.#lineOf(sample);
      this.#keep(line);
      return line;
    });
  }

  /** All lines that count. */
  get samples(): Sample[] {
    return [...this.#lines.values()];
  }

  /** A log of all lines ever added is much longer than one of those that count. */
  get isBloated(): boolean {
    return this.#spare > Math.max(mostSpare, this.#lines.size);
  }

  /** Lets go of what ended before an instant, and counts anew how long the log is. */
  compact(oldest: string): void {
    for (const [key, { at }] of this.#lines) if (at < oldest) this.#lines.delete(key);
    this.#spare = 0;
  }

  #lineOf(sample: Seen): Seen {
    const about = aboutOf(sample);
    const last = this.#last.get(about);
    const gap = last === undefined ? Number.NaN : Date.parse(sample.at) - Date.parse(last.at);
    if (last === undefined || !(gap >= 0 && gap <= longestGap) || shownBy(last) !== shownBy(sample)) {
      this.#young.add(about);
      return sample;
    }
    const began = last.since ?? last.at;
    if (!this.#young.has(about) || Date.parse(sample.at) - Date.parse(began) < confirm) return { ...sample, since: began };
    this.#young.delete(about);
    return { ...sample, since: sample.at };
  }

  #keep(line: Sample): void {
    const begins = line.kind === 'fleet' ? line.at : (line.since ?? line.at);
    const key = `${aboutOf(line)} ${begins}`;
    if (this.#lines.has(key)) this.#spare++;
    this.#lines.set(key, line);
    if (line.kind !== 'fleet') this.#last.set(aboutOf(line), line);
  }
}

const aboutOf = (sample: Sample): string =>
  sample.kind === 'agent'
    ? `agent ${sample.agent} ${sample.cluster}`
    : sample.kind === 'cluster'
      ? `cluster ${sample.cluster}`
      : `fleet ${sample.agent} ${sample.ring} ${sample.release}`;

/** All that a look shows but when, and of which commit. */
const shownBy = (sample: Seen): string =>
  JSON.stringify(
    Object.entries(sample)
      .filter(([field]) => field !== 'at' && field !== 'since' && field !== 'revision')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
