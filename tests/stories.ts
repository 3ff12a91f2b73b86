import type { AlertSettings } from '../models/alerts/alert-settings.ts';
import type { IncidentStory, StoryFinding, StoryLinks } from '../models/alerts/incident-story.ts';

/** Stories for tests: the job `orders` of Ann failed at five in the morning, which the team hears of by mail. */
const SINCE_MS = Date.parse('2026-03-04T05:00:00Z');

export const aFinding = (changes: Partial<StoryFinding>): StoryFinding => ({
  key: 'crash/job 17',
  kind: 'crash',
  variant: null,
  subject: { type: 'job', jobId: 17 },
  sinceMs: SINCE_MS,
  runKey: 'run-9',
  dueMs: null,
  evidence: {
    observed: null,
    expected: null,
    limit: null,
    unit: null,
    text: 'ORA-01653: unable to extend table',
  },
  family: null,
  course: 'new',
  role: 'cause',
  foundMs: SINCE_MS + 60_000,
  endedMs: null,
  name: 'orders',
  namespace: 'default',
  owner: 'ann',
  host: 'srv-1',
  criticality: 2,
  lastSuccessMs: SINCE_MS - 86_400_000,
  ...changes,
});

export const aStory = (changes: Partial<IncidentStory>): IncidentStory => ({
  id: 7,
  state: 'open',
  severity: 'major',
  openedMs: SINCE_MS,
  resolvedMs: changes.state === 'resolved' ? SINCE_MS + 7_200_000 : null,
  causes: [{ kind: 'itself', name: 'orders', weight: 0.8 }],
  findings: [aFinding({})],
  acknowledgedBy: null,
  runBook: null,
  ...changes,
});

export const aSettings = (changes: Partial<AlertSettings>): AlertSettings => ({
  channels: [{ name: 'team', kind: 'mail', language: 'en' }],
  routes: [
    { match: {}, tell: ['team'], remindEveryMinutes: null, escalateAfterMinutes: null, escalateTo: [] },
  ],
  quietHours: [],
  maintenance: [],
  runBooks: [],
  timeZone: 'Europe/Paris',
  ...changes,
});

export const LINKS: StoryLinks = {
  page: 'http://etl.example/#incident-7',
  workflow: 'http://temporal.example/incident/7',
  acknowledge: 'http://etl.example/act/acknowledge/7?sig=a&x=b',
  silence: null,
  rerun: null,
  useful: null,
  notUseful: null,
};
