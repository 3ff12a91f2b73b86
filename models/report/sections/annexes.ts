import type { Block } from '../document.ts';
import { clipped } from '../writer.ts';
import type { Findings, ReportSubject } from './subject.ts';

/** A statement of the annex. */
export interface Statement {
  id: string;
  title: { en: string; fr: string };
  sql: string;
}

/** How the report counts. */
export function methodSection(
  { writer: { say }, period }: ReportSubject,
  asOf: string,
  timeZone: string,
): Block[] {
  return [
    { type: 'heading', level: 1, text: say('Method', 'Méthode') },
    {
      type: 'list',
      items: [
        say(
          `A run belongs to the period in which it started, on the clock of ${timeZone}; the period has ${period.days} days. Runs are counted in their newest state known on ${asOf}; what became known later is not in this report.`,
          `Une exécution appartient à la période où elle a démarré, à l'heure de ${timeZone} ; la période compte ${period.days} jours. Chaque exécution est comptée dans son dernier état connu le ${asOf} ; ce qui a été appris ensuite n'y figure pas.`,
        ),
        say(
          'Run times are medians and deciles of runs that succeeded: they are not moved by a few extreme runs, as means are.',
          "Les durées sont des médianes et des déciles d'exécutions réussies : contrairement aux moyennes, quelques exécutions extrêmes ne les changent pas.",
        ),
        say(
          'Run time lost is the time that failed runs took. What waited for them is not in it.',
          "Le temps perdu est celui qu'ont pris les exécutions en échec. Ce qui les attendait n'y est pas compté.",
        ),
        say(
          'The usual time of a job alone is the median of its runs that overlapped no other on their server; jobs with fewer than 5 of these are not compared.',
          "La durée habituelle d'un traitement seul est la médiane de ses exécutions qui n'en chevauchent aucune autre sur leur serveur ; avec moins de 5 d'entre elles, il n'est pas comparé.",
        ),
        say(
          'Precision of messages is counted from the answers people gave; times until an incident was taken on or over are those of incidents for which this happened.',
          "La précision des alertes vient des réponses reçues ; les délais de prise en charge et de résolution sont ceux des incidents qui l'ont été.",
        ),
        say(
          'Whether failures were found is judged on days when anything was found, as on the day before: else nothing watched.',
          'La détection des échecs est jugée les jours où, comme la veille, quelque chose a été constaté : sinon, rien ne surveillait.',
        ),
        say(
          'A forecast is judged when its week is over, by the failures known by then.',
          "Une prévision est jugée une fois sa semaine terminée, d'après les échecs connus à ce moment.",
        ),
        say(
          'A dash stands for what is not known. It is never counted as zero.',
          "Un tiret remplace ce qui n'est pas connu ; ce n'est jamais compté comme zéro.",
        ),
        say(
          'Every figure comes from one statement of annex A, named under its chart or table. The notebook that comes with this report runs the same statements.',
          "Chaque chiffre vient d'une requête de l'annexe A, nommée sous son graphique ou son tableau. Le carnet fourni avec ce rapport exécute les mêmes requêtes.",
        ),
      ],
    },
  ];
}

/** Extracts, and every statement as it was run. */
export function annexes(
  { figures, writer }: ReportSubject,
  { nameOf }: Findings,
  statements: readonly Statement[],
  parameters: Readonly<Record<string, string>>,
): Block[] {
  const { say, duration, language } = writer;
  return [
    { type: 'page-break' },
    {
      type: 'heading',
      level: 1,
      text: say('Annex A: every figure’s SQL', 'Annexe A : le SQL de chaque chiffre'),
    },
    {
      type: 'text',
      text: say(
        'Written for psql, PostgreSQL 18: the variables first, then the four tables that figures share, then one statement a figure.',
        'Écrit pour psql, PostgreSQL 18 : les variables, puis les quatre tables partagées, puis une requête par chiffre.',
      ),
    },
    { type: 'code', text: variableLines(parameters) },
    ...statements.flatMap(({ id, title, sql }): Block[] => [
      { type: 'heading', level: 2, text: `${id} – ${title[language]}` },
      { type: 'code', text: `${sql};` },
    ]),
    { type: 'heading', level: 1, text: say('Annex B: extracts', 'Annexe B : extraits') },
    figures['last-failures'].length === 0
      ? { type: 'text', text: say('No run failed.', "Aucune exécution n'a échoué.") }
      : {
          type: 'table',
          caption: say('The last failures of the period', 'Les derniers échecs de la période'),
          queries: ['last-failures'],
          columns: [
            { title: say('Start', 'Démarrage'), share: 2 },
            { title: say('Job', 'Traitement'), share: 3 },
            { title: say('Server', 'Serveur'), share: 1.2 },
            { title: say('Took', 'Durée'), align: 'right', share: 1.1 },
            { title: say('Error', 'Erreur'), share: 5, mono: true },
          ],
          rows: figures['last-failures'].map((row) => [
            row.start,
            clipped(nameOf(row.job), 32),
            row.host ?? '–',
            duration(row.durationMs),
            clipped((row.error ?? '').replace(/\s+/g, ' '), 90),
          ]),
        },
  ];
}

/** `\set name 'value'` for psql. */
export const variableLines = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `\\set ${name} '${value}'`)
    .join('\n');
