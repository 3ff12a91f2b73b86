import type { Mail, Mailbox, Notification, Notifications } from '../api/contract/notifications.ts';
import { element, find, type IconName, icon } from './element.ts';
import { updateKeyedList } from './keyed-list.ts';
import { drawnFor, emptyElement, timeElement, type View } from './view.ts';

const SHOWN = 30;

/** The messages themselves where the mail sink keeps them, else what the outbox knows of them. */
export function drawInbox(view: View, notifications: Notifications, mailbox: Mailbox): void {
  const { words } = view;
  const body = find('inbox-body');
  const keepsMail = mailbox.available && mailbox.items.length > 0;
  if (!keepsMail && notifications.items.length === 0) {
    body.replaceChildren(emptyElement(words.inboxNone, words.inboxNoneHow));
    return;
  }
  let list = body.querySelector<HTMLElement>('.messages');
  if (!list) {
    list = element('div', { class: 'messages', tabindex: 0, role: 'group', 'aria-label': words.inboxTitle });
    body.replaceChildren(element('p', { class: 'muted' }), list);
  }
  const inState = (state: Notification['state']) =>
    notifications.items.filter((notification) => notification.state === state).length;
  body.firstElementChild!.textContent = words.outbox(inState('sent'), inState('pending'), inState('dead'));
  if (keepsMail) {
    updateKeyedList(
      list,
      mailbox.items.slice(0, SHOWN),
      drawnFor(view),
      (mail) => mail.id,
      (mail) => mailOf(view, mail),
    );
  } else {
    const items = notifications.items.slice(0, SHOWN);
    updateKeyedList(
      list,
      items,
      drawnFor(view),
      ({ id }) => id,
      (notification) => noticeOf(view, notification),
    );
  }
}

function mailOf(view: View, mail: Mail): HTMLElement {
  return element(
    'details',
    {},
    element(
      'summary',
      {},
      element('span', { class: 'subject' }, mail.subject),
      mail.date !== null && timeElement(view, mail.date),
    ),
    element('p', { class: 'muted' }, `${view.words.to} ${mail.to.join(', ')}`),
    element('pre', { tabindex: 0 }, mail.text),
  );
}

const STATES: Record<Notification['state'], { sign: IconName; colour: string }> = {
  pending: { sign: 'running', colour: 'running' },
  sent: { sign: 'succeeded', colour: 'succeeded' },
  dead: { sign: 'failed', colour: 'failed' },
  withdrawn: { sign: 'cancelled', colour: 'cancelled' },
};

function noticeOf(view: View, notification: Notification): HTMLElement {
  const { sign, colour } = STATES[notification.state];
  return element(
    'div',
    { class: 'notice-line', title: notification.lastError },
    element('span', { class: 'subject' }, notification.subject),
    element('span', { class: `status ${colour}` }, icon(sign), view.words[notification.state]),
    timeElement(view, notification.sentAt ?? notification.createdAt),
  );
}
