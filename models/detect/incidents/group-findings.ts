import type { Finding } from '../finding.ts';
import { causesInCommon } from './causes-in-common.ts';
import type { Cause, Role, Severity } from './incident.ts';
import type { IncidentChanges, Look, NewIncident, OpenIncident } from './incident-changes.ts';
import { byOnset, onsetOf } from './onset.ts';
import { rankCauses, rolesOf } from './rank-causes.ts';
import { settleFindings } from './settle-findings.ts';
import { severityOf, worseOf } from './severity.ts';
import type { Common, Suspect } from './shared-cause.ts';
import { SuspectSets } from './suspect-sets.ts';

/** What ended so shortly ago still explains what is found now. */
export const EXPLAINS_FOR_MS = 2 * 3_600_000;

/**
 * What a look changes: findings that share a cause come into one incident, one that is open or a new one; an incident
 * whose findings have all ended is resolved. Its severity is the worst it ever had.
 *
 * Afterwards each finding of the look is in exactly one incident that is not resolved. Two incidents that are open are
 * never made one: people were told of both, and hear of both ends. A finding stays in its incident for good. The order
 * of findings does not matter, and the same look again changes nothing.
 */
export function groupFindings(look: Look): IncidentChanges {
  const { context } = look;
  const open = [...look.open].sort((one, other) => one.id - other.id);
  const found = distinct(look.found);
  const { changed, quieted, ended, news, lasting } = settleFindings({ ...look, open }, found);
  const suspects = news.length === 0 ? [] : suspectsOf(open, news, look.asOfMs);
  const commons = causesInCommon(suspects, context, look.asOfMs);
  const sets = new SuspectSets(suspects);
  for (const common of commons) sets.unite(common.suspects);

  const changes: IncidentChanges = {
    ...{ opened: [], joined: [], changed, quieted, ended, resolved: [], regraded: [] },
  };
  const joinedBy = new Map<number, Suspect[]>();
  for (const group of sets.newsByGroup()) {
    const { incidentId, members } = group;
    if (incidentId === null) changes.opened.push(newIncident(members, commons, look));
    else joinedBy.set(incidentId, members);
  }
  for (const incident of open) {
    const joining = joinedBy.get(incident.id) ?? [];
    const left = lasting.get(incident.id)!;
    const all: Finding[] = [...left, ...joining.map(({ finding }) => finding)];
    if (all.length === 0) changes.resolved.push(incident.id);
    else regrade(incident, all, joining);
  }
  return changes;

  function regrade(incident: OpenIncident, all: readonly Finding[], joining: readonly Suspect[]): void {
    const severity = worseOf(severityOf(all, context), incident.severity);
    const keys = new Set(all.map(({ key }) => key));
    const news = new Set(joining);
    const isMember = (suspect: Suspect) =>
      news.has(suspect) ||
      (suspect.incidentId === incident.id && suspect.isLasting && keys.has(suspect.finding.key));
    const members = joining.length === 0 ? [] : suspects.filter(isMember);
    const causes =
      joining.length === 0 ? incident.causes : rankCauses(members, commons, incident.causes, context);
    const roles = joining.length === 0 ? new Map<string, Role>() : rolesOf(members, causes, context);
    for (const { finding } of joining) {
      changes.joined.push({ incidentId: incident.id, finding, role: roles.get(finding.key)! });
      roles.delete(finding.key);
    }
    for (const { key, role, endedMs } of incident.findings) {
      if (endedMs === null && roles.get(key) === role) roles.delete(key);
    }
    const isOther = severity !== incident.severity || !sameCauses(causes, incident.causes) || roles.size > 0;
    if (isOther) changes.regraded.push({ incidentId: incident.id, severity, causes, roles });
  }
}

function newIncident(
  members: readonly Suspect[],
  commons: readonly Common[],
  { context }: Look,
): NewIncident {
  const causes = rankCauses(members, commons, [], context);
  const roles = rolesOf(members, causes, context);
  const findings = members.map(({ finding }) => ({ finding, role: roles.get(finding.key)! }));
  const severity: Severity = severityOf(
    members.map(({ finding }) => finding),
    context,
  );
  return { severity, causes, findings };
}

/** Each key once, by time; of two with one key the first in the order of everything they say. */
function distinct(found: readonly Finding[]): Finding[] {
  const byText = (finding: Finding) => JSON.stringify(finding);
  const byKey = new Map<string, Finding>();
  for (const finding of found) {
    const other = byKey.get(finding.key);
    if (other === undefined || byText(finding) < byText(other)) byKey.set(finding.key, finding);
  }
  return [...byKey.values()].sort(byOnset);
}

/** What may explain the news, and the news, by onset. */
function suspectsOf(open: readonly OpenIncident[], news: readonly Finding[], asOfMs: number): Suspect[] {
  const suspects: Suspect[] = news.map((finding) => ({
    ...{ finding, onsetMs: onsetOf(finding), isLasting: true, incidentId: null },
  }));
  for (const { id: incidentId, findings } of open) {
    for (const finding of findings) {
      const isLasting = finding.endedMs === null;
      if (isLasting || asOfMs - finding.endedMs! <= EXPLAINS_FOR_MS) {
        suspects.push({ finding, onsetMs: onsetOf(finding), isLasting, incidentId });
      }
    }
  }
  // Of two that strike at once the one that is known comes first: the news joins it.
  return suspects.sort(
    (one, other) =>
      one.onsetMs - other.onsetMs ||
      (one.incidentId ?? Number.POSITIVE_INFINITY) - (other.incidentId ?? Number.POSITIVE_INFINITY) ||
      byOnset(one.finding, other.finding),
  );
}

const sameCauses = (one: readonly Cause[], other: readonly Cause[]): boolean =>
  one.length === other.length &&
  one.every(
    ({ kind, name, weight }, index) =>
      kind === other[index]!.kind && name === other[index]!.name && weight === other[index]!.weight,
  );
