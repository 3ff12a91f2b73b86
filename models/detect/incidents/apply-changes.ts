import type { IncidentChanges, OpenFinding, OpenIncident, PlacedFinding } from './incident-changes.ts';

/**
 * The incidents after a look, those that it resolved with their end: what the database does, for replays and proofs.
 *
 * @param newId numbers the incidents that are opened
 */
export function applyChanges(
  open: readonly OpenIncident[],
  changes: IncidentChanges,
  asOfMs: number,
  newId: () => number,
): { open: OpenIncident[]; resolved: OpenIncident[] } {
  const fresh = ({ finding, role }: PlacedFinding): OpenFinding => ({
    ...finding,
    ...{ role, foundMs: asOfMs, endedMs: null, quietMs: null },
  });
  const incidents = new Map(open.map((incident) => [incident.id, { ...incident }]));
  const revise = (id: number, key: string, to: (known: OpenFinding) => OpenFinding) => {
    const incident = incidents.get(id)!;
    incident.findings = incident.findings.map((known) =>
      known.key === key && known.endedMs === null ? to(known) : known,
    );
  };
  for (const { incidentId, finding } of changes.changed) {
    revise(incidentId, finding.key, (known) => ({ ...known, ...finding }));
  }
  for (const { incidentId, key, quietMs } of changes.quieted) {
    revise(incidentId, key, (known) => ({ ...known, quietMs }));
  }
  for (const { incidentId, key } of changes.ended) {
    revise(incidentId, key, (known) => ({ ...known, endedMs: asOfMs, quietMs: null }));
  }
  for (const { incidentId, severity, causes, roles } of changes.regraded) {
    Object.assign(incidents.get(incidentId)!, { severity, causes });
    for (const [key, role] of roles) revise(incidentId, key, (known) => ({ ...known, role }));
  }
  for (const { incidentId, ...placed } of changes.joined) {
    const incident = incidents.get(incidentId)!;
    incident.findings = [...incident.findings, fresh(placed)];
  }
  const resolved = changes.resolved.map((id): OpenIncident => {
    const incident = incidents.get(id)!;
    incidents.delete(id);
    return { ...incident, state: 'resolved', resolvedMs: asOfMs };
  });
  for (const { severity, causes, findings } of changes.opened) {
    const id = newId();
    const opened = { id, state: 'open' as const, severity, openedMs: asOfMs, resolvedMs: null, causes };
    incidents.set(id, { ...opened, findings: findings.map(fresh) });
  }
  return { open: [...incidents.values()], resolved };
}
