import { z } from 'zod';
import { githubApi } from './discovery.ts';
import { guardedGet } from './guarded-request.ts';

const userSchema = z.object({ id: z.number(), login: z.string(), name: z.string().nullish() });
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));
const orgsSchema = z.array(z.object({ login: z.string() }));
const teamsSchema = z.array(z.object({ slug: z.string(), organization: z.object({ login: z.string() }) }));

/** Pages of a hundred; who is in more is told by the first ones. */
const pagesMax = 5;

/**
 * What OpenID's claims would be, asked of GitHub's API with the person's token: the primary address, and as groups the
 * organisations (`acme`) and their teams (`acme/ops`). `withGroups` needs the scope read:org.
 */
export async function readGithubClaims(url: string, accessToken: string, withGroups: boolean): Promise<unknown> {
  const loopback = new URL(url).protocol === 'http:';
  const get = (path: string) =>
    guardedGet(`${githubApi(url)}${path}`, loopback, {
      Accept: 'application/vnd.github+json',
      Authorization: `Bearer ${accessToken}`,
    });
  const user = userSchema.parse(await get('/user'));
  const primary = emailsSchema.parse(await get('/user/emails?per_page=100')).find((each) => each.primary);
  const groups: string[] = [];
  if (withGroups) {
    groups.push(...(await allOf(get, '/user/orgs', orgsSchema)).map(({ login }) => login));
    const teams = await allOf(get, '/user/teams', teamsSchema);
    groups.push(...teams.map(({ slug, organization }) => `${organization.login}/${slug}`));
  }
  return {
    sub: user.id,
    name: user.name ?? user.login,
    email: primary?.email,
    email_verified: primary?.verified,
    groups,
  };
}

async function allOf<T>(get: (path: string) => Promise<unknown>, path: string, schema: z.ZodType<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= pagesMax; page++) {
    const rows = schema.parse(await get(`${path}?per_page=100&page=${page}`));
    all.push(...rows);
    if (rows.length < 100) break;
  }
  return all;
}
