import { createHmac } from 'node:crypto';
import { type ActionLink, type LinkAction, linkPath, signedText } from '../../models/alerts/action-link.ts';
import type { StoryLinks } from '../../models/alerts/incident-story.ts';
import type { Dependencies } from '../dependencies.ts';

/** A message is read within a week or not at all. */
const VALID_S = 7 * 86_400;

/** Signature of a link: HMAC-SHA256 in letters that need no quoting in an address. */
export const signatureOf = (key: string, link: ActionLink): string =>
  createHmac('sha256', key).update(signedText(link)).digest('base64url');

/**
 * The links of a message about an incident to one channel: each names the channel, so that it is known by which way
 * an answer came. Without a key there are none that act.
 */
export function storyLinks(
  { linkKey, pageUrl, workflowUrl, now }: Pick<Dependencies, 'linkKey' | 'pageUrl' | 'workflowUrl' | 'now'>,
  incidentId: number,
  channel: string,
): StoryLinks {
  const expiryS = Math.floor(now() / 1_000) + VALID_S;
  const linkTo = (action: LinkAction): string | null => {
    if (linkKey === null) return null;
    const link = { action, incidentId, expiryS, channel };
    return `${pageUrl}${linkPath(link, signatureOf(linkKey, link))}`;
  };
  return {
    page: `${pageUrl}/incidents/${incidentId}`,
    workflow: workflowUrl(`incident/${incidentId}`),
    acknowledge: linkTo('acknowledge'),
    silence: linkTo('silence'),
    rerun: linkTo('rerun'),
    useful: linkTo('useful'),
    notUseful: linkTo('not-useful'),
  };
}
