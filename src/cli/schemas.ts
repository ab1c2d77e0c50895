import { z } from 'zod';
import { agentSchema } from '#model/agent.ts';
import { analysisTestSchema } from '#model/analysis-test.ts';
import { clusterSchema } from '#model/cluster.ts';
import { componentSchema } from '#model/component.ts';
import { fleetSchema, ringSchema } from '#model/fleet.ts';
import { freezeSchema } from '#model/freeze.ts';
import { kpiCatalogueSchema } from '#model/kpi.ts';
import { metricContractSchema } from '#model/metric-contract.ts';
import { quarantineSchema } from '#model/quarantine.ts';
import { reportSchema } from '#model/report-schema.ts';
import { breakGlassSchema, stopSchema } from '#model/stop.ts';
import { approversSchema, waiverSchema } from '#model/waiver.ts';

/** JSON Schemas of the facts, for editors and for docs/schemas; generated from what the engine checks. */
export const schemaFiles = (): Map<string, string> => {
  const schemas = {
    agent: agentSchema,
    'analysis-test': analysisTestSchema,
    cluster: clusterSchema,
    component: componentSchema,
    fleet: fleetSchema,
    freeze: freezeSchema,
    kpis: kpiCatalogueSchema,
    metrics: metricContractSchema,
    ring: ringSchema,
    'gate-report': reportSchema,
    'break-glass': breakGlassSchema,
    quarantine: quarantineSchema,
    'stop-the-line': stopSchema,
    waiver: waiverSchema,
    'waiver-approvers': approversSchema,
  };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [
      `docs/schemas/${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), null, 2)}\n`,
    ]),
  );
};
