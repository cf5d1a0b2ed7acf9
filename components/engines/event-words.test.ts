import { expect, test } from 'vitest';
import { eventWords } from './event-words.ts';

test.each([
  ['start', {}, 'started', 'ok'],
  ['die', { exitCode: '137' }, 'ended with exit code 137', 'warn'],
  ['die', { exitCode: '0' }, 'ended without an error', 'idle'],
  ['kill', { signal: '15' }, 'was sent signal 15', 'warn'],
  ['health_status: unhealthy', {}, 'became unhealthy', 'bad'],
  ['exec_create: sh -c ls', {}, 'exec prepared: sh -c ls', 'idle'],
  ['exec_die', { exitCode: '1' }, 'exec ended with 1', 'warn'],
  ['rename', { oldName: '/old' }, 'renamed from old', 'info'],
  ['something_new', {}, 'something_new', 'idle'],
])('%s reads as a sentence', (action, attributes, text, tone) => {
  expect(eventWords({ action, attributes })).toEqual({ text, tone });
});
