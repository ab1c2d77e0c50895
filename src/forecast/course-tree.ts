import type { MeasurementPhase, MetricSpec } from '#model/analysis.ts';
import type { Outcome } from '#rehearse/outcome.ts';
import type { Bin, Birth } from './track.ts';

/** A measurement that a course comes to, and what the canary did since the one before. */
export interface Question {
  readonly metric: MetricSpec;
  /** Seconds from the start. */
  readonly at: number;
  readonly bins: readonly Bin[];
  readonly birth: Birth;
  readonly next: Partial<Record<MeasurementPhase, Question | Ending>>;
}

/** How one course ends, and how many replications took it. */
export interface Ending {
  readonly outcome: Outcome;
  readonly endedAt: number;
  readonly abortedAt: number | undefined;
  /** Share-seconds of work that the canary did, bin by bin. */
  readonly work: readonly number[];
  readonly load: { readonly before: number; readonly after: number };
  visits: number;
}

/** Draws what the next measurement comes to. */
export type Answer = (question: Question) => MeasurementPhase;

/** Runs one simulation that asks for each measurement. */
export type RunCourse = (ask: (metric: MetricSpec, at: number, news: () => Pick<Question, 'bins' | 'birth'>) => MeasurementPhase) => Omit<Ending, 'visits'>;

/**
 * All courses of a Rollout that were seen so far. Nothing but the phases of its measurements decides a course, so two replications with
 * the same phases are simulated once; a replication that leaves the known courses is simulated from the start, along its own phases.
 */
export class CourseTree {
  readonly #run: RunCourse;
  readonly #endings: Ending[] = [];
  #root: Question | Ending | undefined;
  #simulated = 0;

  constructor(run: RunCourse) {
    this.#run = run;
  }

  get endings(): readonly Ending[] {
    return this.#endings;
  }

  /** How many simulations the replications needed. */
  get simulated(): number {
    return this.#simulated;
  }

  /** One replication. */
  replicate(answer: Answer): void {
    const path: { question: Question; phase: MeasurementPhase }[] = [];
    let node = this.#root;
    while (node !== undefined && 'next' in node) {
      const phase = answer(node);
      path.push({ question: node, phase });
      node = node.next[phase];
    }
    const ending = node ?? this.#explore(path, answer);
    ending.visits++;
  }

  #explore(path: { question: Question; phase: MeasurementPhase }[], answer: Answer): Ending {
    let known = 0;
    const attach = (node: Question | Ending): void => {
      const last = path.at(-1);
      if (last === undefined) this.#root = node;
      else last.question.next[last.phase] = node;
    };
    const result = this.#run((metric, at, news) => {
      const fresh = news();
      const seen = path[known];
      if (seen !== undefined && known++ >= 0) {
        if (seen.question.metric !== metric || seen.question.at !== at) throw new Error(`a rehearsal went two ways from the same measurements at ${at} s`);
        return seen.phase;
      }
      const question: Question = { metric, at, ...fresh, next: {} };
      attach(question);
      const phase = answer(question);
      path.push({ question, phase });
      known = path.length;
      return phase;
    });
    this.#simulated++;
    const ending: Ending = { ...result, visits: 0 };
    attach(ending);
    this.#endings.push(ending);
    return ending;
  }
}
