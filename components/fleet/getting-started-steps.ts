import type { GrantShown } from '#components/settings/schemas.ts';

export interface StartFacts {
  engines: number;
  teams: number;
  /** People, the first administrator among them. */
  people: number;
  invitations: number;
  /** Ways of single sign-on that are set up. */
  providers: number;
  grants: readonly Pick<GrantShown, 'subjectKind' | 'resource'>[];
  /** Whether this person has looked at the access check from here. */
  checked: boolean;
}

export interface StartStep {
  id: string;
  label: string;
  hint: string;
  done: boolean;
  links: readonly { href: string; label: string }[];
}

/** From an empty console to teams that work within their scopes; what is done is seen, not remembered. */
export function startSteps(facts: StartFacts): StartStep[] {
  return [
    {
      id: 'engine',
      label: 'Connect an engine',
      hint: 'A Docker engine here, or elsewhere by SSH or TLS.',
      done: facts.engines > 0,
      links: [{ href: '/settings/engines', label: 'Engines' }],
    },
    {
      id: 'teams',
      label: 'Make teams',
      hint: 'One for each group that works on the same things.',
      done: facts.teams > 0,
      links: [{ href: '/settings/teams', label: 'Teams' }],
    },
    {
      id: 'grants',
      label: 'Give each a role and a scope',
      hint: 'On a compose project, on labels, or on whole engines.',
      done: facts.grants.some(({ subjectKind }) => subjectKind === 'team'),
      links: [{ href: '/settings/grants', label: 'Grants' }],
    },
    {
      id: 'people',
      label: 'Let people in',
      hint: 'By a one-time link, or all by single sign-on.',
      done: facts.people > 1 || facts.invitations > 0 || facts.providers > 0,
      links: [
        { href: '/settings/users', label: 'Invite' },
        { href: '/settings/sign-in', label: 'Single sign-on' },
      ],
    },
    {
      id: 'check',
      label: 'Check as someone',
      hint: 'Ask what a person may do, and by which grant.',
      done: facts.checked,
      links: [{ href: '/settings/access-check', label: 'Access check' }],
    },
  ];
}
