import { inventoryKinds } from '#lib/shared/inventory.ts';

/** What stands in the address of the access check: whose access, to do what, where; or a record of the trail. */
export interface Question {
  /** `user:<id or e-mail>`, `team:<id>`, `token:<id>`; '' while nobody is chosen. */
  who: string;
  operation: string;
  engine: string;
  kind: string;
  object: string;
  /** Id of a record. */
  audit: string;
}

const parts = ['operation', 'engine', 'kind', 'object', 'audit'] as const;
const subjects = ['user', 'team', 'token'] as const;

/** Reads the address. */
export function readQuestion(params: Pick<URLSearchParams, 'get'>): Question {
  const get = (name: string) => params.get(name)?.trim() ?? '';
  const subject = subjects.find((each) => get(each) !== '');
  const [operation = '', engine = '', kind = '', object = '', audit = ''] = parts.map(get);
  return { who: subject ? `${subject}:${get(subject)}` : '', operation, engine, kind, object, audit };
}

/** The query of the address, and of the API, which takes the same names. */
export function writeQuestion({ who, ...question }: Question): string {
  const query = new URLSearchParams();
  const at = who.indexOf(':');
  if (at > 0) query.set(who.slice(0, at), who.slice(at + 1));
  for (const part of parts) if (question[part] !== '') query.set(part, question[part]);
  return query.toString();
}

/** Whether there is enough to ask: a record; or who and what, and where unless it is the console itself. */
export function isWhole({ who, operation, engine, audit }: Question): boolean {
  if (audit !== '') return true;
  return who !== '' && operation !== '' && (operation.startsWith('console.') || engine !== '');
}

/** The kind of object that an operation is about; '' for none that can be chosen. */
export function kindOf(operation: string): string {
  const [noun = ''] = operation.split('.');
  const kind = noun === 'exec' ? 'container' : noun;
  return inventoryKinds.some((each) => each === kind) ? kind : '';
}
