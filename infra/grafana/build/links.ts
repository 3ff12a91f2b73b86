import type { Say } from './language.ts';
import type { Link } from './panel.ts';

/** To our own page, at a path such as `/incidents`. */
export const onPage = (title: string, path: string): Link => ({
  title,
  url: `\${page}${path}`,
  targetBlank: true,
});

/** To the list of workflows in the Temporal UI; `query` is a list filter, left out: all. */
export const inTemporal = (title: string, query?: string): Link => ({
  title,
  url: `\${temporal}${query === undefined ? '' : `?query=${encodeURIComponent(query)}`}`,
  targetBlank: true,
});

/** From a cell with the number of an incident to the incident on our page. */
export const toIncident = (say: Say): Link =>
  onPage(say('This incident', 'Cet incident'), `/incidents/\${__value.raw}`);

/** From any cell of a row to the workflow of the incident whose number stands in the column `number`. */
export const toIncidentWorkflow = (say: Say, number: string): Link => ({
  title: say('Its workflow', 'Son workflow'),
  url: `\${temporal}?query=WorkflowId%3D%22incident%2F\${__data.fields["${number}"]}%22`,
  targetBlank: true,
});

/** From a cell with the id of a workflow to that workflow. */
export const toWorkflow = (say: Say): Link => ({
  title: say('In Temporal', 'Dans Temporal'),
  url: `\${temporal}?query=WorkflowId%3D%22\${__value.raw:percentencode}%22`,
  targetBlank: true,
});

/** From any cell of a row to the dashboard of the job whose number stands in the column `number`. */
export const toJob = (say: Say, dashboardUrl: string, number: string): Link => ({
  title: say('This job', 'Ce traitement'),
  url: `${dashboardUrl}?var-job=\${__data.fields["${number}"]}`,
});
