import type { Problem, Severity } from '../problem.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Problems as GitHub's workflow commands, which put them beside the lines of a pull request. */
export function formatGithub(problems: readonly Problem[]): string {
  return problems.map(commandOf).join('');
}

function commandOf({ code, severity, message, hint, suggestion, file, line, column, endColumn }: Problem): string {
  const place = { file, line, endLine: endColumn === undefined ? undefined : line, col: column, endColumn };
  const isFile = file !== undefined && !/^[<-]/.test(file);
  const properties = Object.entries({ ...(isFile ? place : {}), title: `glistio ${code}` })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  const advice = hint ?? (suggestion === undefined ? undefined : `Did you mean ${suggestion}?`);
  const where = isFile || file === undefined ? '' : `${file}: `;
  const text = `${where}${message}${advice === undefined ? '' : `\n${advice}`}`;
  return `::${commands[severity]} ${properties.join(',')}::${escapeData(text)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
