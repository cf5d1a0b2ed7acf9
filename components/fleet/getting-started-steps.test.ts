import { expect, test } from 'vitest';
import { type StartFacts, startSteps } from './getting-started-steps.ts';

const nothing: StartFacts = {
  engines: 0,
  teams: 0,
  people: 1,
  invitations: 0,
  providers: 0,
  grants: [{ subjectKind: 'user' }],
  checked: false,
};
const done = (facts: StartFacts) =>
  startSteps(facts)
    .filter((step) => step.done)
    .map(({ id }) => id);

test('the first administrator alone, with his own grant, has done no step', () => {
  expect(done(nothing)).toEqual([]);
});

test('an invitation or a provider lets people in as much as a person who is here', () => {
  expect(done({ ...nothing, invitations: 1 })).toEqual(['people']);
  expect(done({ ...nothing, providers: 1 })).toEqual(['people']);
  expect(done({ ...nothing, people: 2 })).toEqual(['people']);
});

test('only a grant to a team is the step about teams', () => {
  expect(done({ ...nothing, grants: [{ subjectKind: 'team', resource: { project: 'shop' } }] })).toEqual(['grants']);
});
