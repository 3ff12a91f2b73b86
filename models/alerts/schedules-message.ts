import { type Language, listed, type Message, oneLine } from './message.ts';

export interface ChangedSchedule {
  job: string;
  /** `daily at 04:00 instead of 02:00`. */
  text: Record<Language, string>;
}

/** Tells of jobs that run at other times than they did: what is late goes by the new ones. */
export function schedulesChangedMessage(
  changes: readonly ChangedSchedule[],
  language: Language,
  pageUrl: string,
): Message {
  const count = changes.length;
  const name = oneLine(changes[0]?.job ?? '', 80);
  const line = ({ job, text }: ChangedSchedule) =>
    `- ${oneLine(job, 80)}${language === 'fr' ? ' ' : ''}: ${text[language]}`;
  return language === 'fr'
    ? {
        subject: count === 1 ? `Autre horaire : ${name}` : `${count} traitements changent d'horaire`,
        text: [
          'Les exécutions suivent un autre horaire ; les retards se jugent désormais ainsi :',
          listed(changes, line, language),
          `Si ce n'est pas voulu, déclarez l'horaire avec \`smart-etl expect declare\`.\nPour regarder : ${pageUrl}`,
        ].join('\n\n'),
      }
    : {
        subject: count === 1 ? `Another schedule: ${name}` : `${count} jobs run at other times`,
        text: [
          'Their runs keep another schedule; what is late is judged by it from now on:',
          listed(changes, line, language),
          `If that is not meant, declare the schedule with \`smart-etl expect declare\`.\nTo look: ${pageUrl}`,
        ].join('\n\n'),
      };
}
