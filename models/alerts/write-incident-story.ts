import type { IncidentFinding } from '../detect/incidents/incident.ts';
import type { IncidentStory, StoryFinding } from './incident-story.ts';

const ROLES: readonly IncidentFinding['role'][] = ['cause', 'symptom', 'consequence'];
/** Of servers and sources: before the jobs that suffer from them. */
const BEFORE_ALL = 0;

/**
 * An incident as people are told of it: its findings causes first, then symptoms, then consequences; among equals
 * those that last first, then the most critical, then the oldest.
 */
export function writeIncidentStory(
  incident: Omit<IncidentStory, 'findings'>,
  findings: readonly StoryFinding[],
): IncidentStory {
  return {
    ...incident,
    findings: findings.toSorted(
      (one, other) =>
        ROLES.indexOf(one.role) - ROLES.indexOf(other.role) ||
        Number(one.endedMs !== null) - Number(other.endedMs !== null) ||
        (one.criticality ?? BEFORE_ALL) - (other.criticality ?? BEFORE_ALL) ||
        one.sinceMs - other.sinceMs ||
        (one.key < other.key ? -1 : one.key > other.key ? 1 : 0),
    ),
  };
}
