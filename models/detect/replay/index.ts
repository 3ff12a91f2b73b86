/** What a command needs to replay detection on files. */

export { calledOf } from '../finding.ts';
export { InvalidOverrides, parseOverrides } from '../job-overrides.ts';
export { FeedCollector } from './collect-feed.ts';
export { compareReplays, type ReplayDifference } from './compare-replays.ts';
export type { Feed, JobFeed } from './feed.ts';
export { type Replayed, replayDetection, USUAL_SETTINGS } from './replay-detection.ts';
export { type ReplayedMessage, replayNotices } from './replay-notices.ts';
export type { FoundOnce } from './rules.ts';
export { type ServiceSettings, serviceRules } from './service-rules.ts';
export { lastKind, type ReplaySummary, shareOf, summarizeReplay } from './summarize-replay.ts';
