// The steps of a new administrator, as access-tour.ts films them. Each works on the page that is open or goes to its own.
import type { Page } from 'playwright-core';
import type { LabEngine } from '#tests/lab/lab.ts';
import type { LabOidc } from '#tests/lab/oidc.ts';

const dialog = (page: Page) => page.getByRole('dialog').last();
const press = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).click();

/** Reaches the engine by its socket, and waits until it is live. */
export async function addEngine(page: Page, engine: LabEngine): Promise<void> {
  await page.getByRole('link', { name: 'Engines', exact: true }).first().click();
  await page.getByRole('button', { name: 'Add engine' }).click();
  await dialog(page).getByLabel('Name').fill('harbour');
  await dialog(page).getByLabel('Address').fill(engine.url);
  await dialog(page).getByLabel('Tags').fill('production');
  await press(page, 'Add engine');
  await page.getByRole('table', { name: 'Engines' }).getByText('live', { exact: true }).waitFor();
}

/** Ends on the page of the new team. */
export async function makeTeam(page: Page, name: string, description: string): Promise<void> {
  await page.goto('/settings/teams', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'New team' }).click();
  await dialog(page).getByLabel('Name').fill(name);
  await dialog(page).getByLabel('What it is for').fill(description);
  await press(page, 'Create team');
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** To the team whose page is open. */
export async function giveGrant(
  page: Page,
  grant: { role: string; project?: string },
  onFilled?: () => Promise<void>,
): Promise<void> {
  await page.getByRole('button', { name: 'Give grant' }).click();
  await dialog(page).getByLabel('Role').selectOption(grant.role);
  if (grant.project) {
    await dialog(page).getByRole('button', { name: 'Only a scope …' }).click();
    await dialog(page).getByLabel('Compose project').fill(grant.project);
    await dialog(page)
      .getByRole('button', { name: /^Add what/ })
      .click();
    await dialog(page)
      .getByText(/containers ·/)
      .waitFor();
  }
  await onFilled?.();
  await press(page, 'Give grant');
  await page.getByRole('list', { name: 'Grants' }).waitFor();
}

/** Invites Ann into the team; resolves with the link. */
export async function invite(page: Page, team: string, onMade: () => Promise<void>): Promise<string> {
  await page.goto('/settings/users', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialog(page).getByLabel('E-mail').fill('ann@example.com');
  await dialog(page).getByLabel('Name').fill('Ann');
  await dialog(page).getByLabel(team).check();
  await press(page, 'Make the link');
  const shown = dialog(page).getByText(/\/invite#/);
  await shown.waitFor();
  await onMade();
  return (await shown.textContent()) ?? '';
}

/** Members of the provider's group `watchers` become members of the team Watch. */
export async function addProvider(page: Page, oidc: LabOidc, onFilled: () => Promise<void>): Promise<void> {
  await page.goto('/settings/sign-in', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Add provider' }).click();
  await dialog(page).getByLabel('Id', { exact: true }).fill('acme');
  await dialog(page).getByLabel('Name', { exact: true }).fill('Acme');
  await dialog(page).getByLabel('Address', { exact: true }).fill(oidc.issuer);
  await dialog(page).getByLabel('Client id', { exact: true }).fill(oidc.clientId);
  await dialog(page).getByLabel('Client secret').fill(oidc.clientSecret);
  await dialog(page).getByLabel('More scopes').fill('groups');
  await dialog(page).getByRole('button', { name: 'Add group' }).click();
  await dialog(page).getByLabel('Group 1', { exact: true }).fill('watchers');
  await dialog(page).getByLabel('Group 1', { exact: true }).blur();
  await dialog(page).getByLabel('Team of group 1').selectOption({ label: 'Watch' });
  await onFilled();
  await press(page, 'Add provider');
  await page.getByRole('table', { name: 'Identity providers' }).getByText('Acme').waitFor();
}

/** Asks the access check. */
export async function check(
  page: Page,
  question: { who: string; operation: string; engine: string; object: string },
): Promise<void> {
  await page.goto('/settings/access-check', { waitUntil: 'networkidle' });
  await page.getByLabel('Who').selectOption({ label: question.who });
  await page.getByLabel('May do what').selectOption(question.operation);
  await page.getByLabel('On which engine').selectOption(question.engine);
  await page.getByLabel('Which container').fill(question.object);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Answer' }).waitFor();
}
