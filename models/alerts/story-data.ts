import type { IncidentStory, StoryFinding, StoryLinks } from './incident-story.ts';

const CAUSES_KEPT = 10;

const instant = (epochMs: number | null): string | null =>
  epochMs === null ? null : new Date(epochMs).toISOString();

/** An incident for machines: instants are ISO 8601; at most `limit` findings, all of them counted. */
export function storyData(
  story: IncidentStory,
  links: Pick<StoryLinks, 'page' | 'workflow'>,
  limit: number,
): Record<string, unknown> {
  return {
    incident: {
      id: story.id,
      state: story.state,
      severity: story.severity,
      openedAt: instant(story.openedMs),
      resolvedAt: instant(story.resolvedMs),
      acknowledgedBy: story.acknowledgedBy,
      runBook: story.runBook,
      causes: story.causes.slice(0, CAUSES_KEPT),
      findingsTotal: story.findings.length,
      findings: story.findings.slice(0, limit).map(findingData),
      links: { page: links.page, workflow: links.workflow },
    },
  };
}

const findingData = (finding: StoryFinding): Record<string, unknown> => ({
  key: finding.key,
  kind: finding.kind,
  variant: finding.variant,
  role: finding.role,
  subject: finding.subject.type,
  name: finding.name,
  namespace: finding.namespace,
  owner: finding.owner,
  host: finding.host,
  runKey: finding.runKey,
  since: instant(finding.sinceMs),
  due: instant(finding.dueMs),
  endedAt: instant(finding.endedMs),
  lastSuccessAt: instant(finding.lastSuccessMs),
  evidence: { ...finding.evidence, text: finding.evidence.text?.slice(0, 1_000) ?? null },
});
