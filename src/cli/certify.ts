import { openSchemas } from '#adapters/schemas.ts';
import { hazardTexts } from '#certify/rules.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { certificateOf } from '#gate/certificate.ts';
import { examine } from '#gate/examine.ts';
import type { Certificate, HazardResult, UnitCertificate } from '#model/certificate.ts';
import { type ExitCode, exitCodes } from '#model/errors.ts';
import { printable } from '#report/escape.ts';
import { renderRefused } from '#report/terminal.ts';
import { count } from '#util/count.ts';
import { dayOf } from '#util/day.ts';
import { formatPath } from '#util/manifest.ts';
import { createRenderSetup, engineRoot, resolveRevisions } from './context.ts';
import type { Output } from './output.ts';

export interface CertifyOptions {
  readonly base?: string;
  readonly head?: string;
  readonly root?: string;
  readonly cache: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `ranfleet certify`: can the change be taken back? Exits 0 when every hazard is proven safe or can not occur, 1 when one is unsafe, 3 when one is unproven. */
export const certifyCommand = async (directory: string, options: CertifyOptions, output: Output): Promise<ExitCode> => {
  const { base, head } = resolveRevisions(directory, options);
  const setup = createRenderSetup({ cache: options.cache, onProgress: (done, total) => output.progress(`rendered ${done} of ${total} roots`) });
  try {
    const examined = await examine({ base, head, all: false, day: dayOf(new Date()) }, { render: setup.tools, readFleet });
    if (examined.refused.length > 0) {
      output.note(renderRefused(examined.refused, output.paint));
      return exitCodes.deny;
    }
    const whole = await certificateOf(examined, { schemas: openSchemas(engineRoot), render: setup.tools });
    const certificate = { units: whole.units.filter(({ unit }) => options.root === undefined || unit === options.root.replace(/\/$/, '')) };
    output.print(
      options.json === true
        ? `${JSON.stringify({ base: base.label, head: head.label, ...certificate }, null, 2)}\n`
        : text(certificate, options.verbose === true, output),
    );
    return exitOf(certificate);
  } finally {
    setup.scratch.clear();
  }
};

const exitOf = ({ units }: Certificate): ExitCode => {
  const verdicts = new Set(units.flatMap(({ results }) => results.flatMap(({ verdict, standing }) => (standing === 'debt' ? [] : [verdict]))));
  return verdicts.has('unsafe') ? exitCodes.deny : verdicts.has('unproven') ? exitCodes.undecided : exitCodes.allow;
};

const text = ({ units }: Certificate, verbose: boolean, output: Output): string =>
  units.length === 0
    ? 'Nothing that runs changes: there is nothing to take back.\n'
    : `${units.flatMap((unit) => unitLines(unit, verbose, output)).join('\n')}\n`;

const unitLines = ({ unit, change, clusters, results }: UnitCertificate, verbose: boolean, output: Output): string[] => {
  const of = (verdict: HazardResult['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const shown = verbose ? results : results.filter(({ verdict }) => verdict === 'unsafe' || verdict === 'unproven');
  return [
    `${output.paint.bold(printable(unit))}  ${change}, ${count(clusters.length, 'cluster')}: ${of('safe')} proven safe, ${of('unsafe')} unsafe, ${of('unproven')} unproven, ${of('not-applicable')} not applicable`,
    ...shown.flatMap((result) => resultLines(result, output)),
  ];
};

const ways = { forward: 'forward', back: 'back', both: 'both ways' } as const;

const standings = { debt: ' (debt: the base has it by itself)', own: ' (of the head by itself)' } as const;

const resultLines = ({ standing, hazard, direction, verdict, proof, subject, path, file, line }: HazardResult, { paint }: Output): string[] => {
  const colour = { safe: paint.green, unsafe: paint.red, unproven: paint.yellow, 'not-applicable': paint.dim }[verdict];
  const place = file === undefined ? '' : `${file}:${line ?? 1}`;
  const about = [place, subject === file ? '' : `${subject ?? ''} ${formatPath(path ?? [])}`.trim()].filter((part) => part !== '');
  return [
    `  ${hazard.padEnd(3)} ${colour(verdict)} ${ways[direction]}${standing === undefined ? '' : standings[standing]}  ${printable(hazardTexts[hazard]?.title ?? '')}: ${printable(proof)}`,
    ...(about.length > 0 ? [paint.dim(`      ${printable(about.join('  '))}`)] : []),
  ];
};
