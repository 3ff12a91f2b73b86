/** Whether it may become a link: nothing else than a page is ever opened from a message. */
export function isWebAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return ['http:', 'https:'].includes(new URL(url).protocol);
}
