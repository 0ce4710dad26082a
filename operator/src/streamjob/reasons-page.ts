import { reasonGroups } from './reasons.ts';

export const REASONS_PATH = 'docs/reasons.md';

const TITLES: Readonly<Record<keyof typeof reasonGroups, string>> = {
  progressing: 'How it goes',
  refusals: 'The spec',
  brokers: 'The source and the broker',
  workers: 'The workers and where their results go',
  notices: 'Told by events alone',
};

const INTRODUCTION = `# Reasons and their cures

Every condition and every event of a StreamJob carries one of these reasons. \`kubectl describe streamjob NAME\` shows
them with a message that names what it is about.

\`Ready\` and \`SourceReady\` are always there. \`Reconciling\` and \`Stalled\` are there only while they are true: the first
says that something is on its way, the second that a person has to do something. \`Ready\` speaks of what runs: after a
bad edit the last good spec keeps running, so \`Ready\` stays true beside \`Stalled\`.

This page is generated from the source by \`npm run generate\`.
`;

/** The page that lists every reason, as Markdown. */
export function reasonsPage(): string {
  const groups = Object.entries(reasonGroups) as [keyof typeof TITLES, Readonly<Record<string, Text>>][];
  return [INTRODUCTION, ...groups.map(([name, group]) => section(TITLES[name], group))].join('\n');
}

type Text = { readonly meaning: string; readonly cure: string };

function section(title: string, group: Readonly<Record<string, Text>>): string {
  const entries = Object.entries(group).map(
    ([reason, { meaning, cure }]) => `### ${reason}\n\n${meaning}\n\n**Cure:** ${cure}\n`,
  );
  return [`## ${title}\n`, ...entries].join('\n');
}
