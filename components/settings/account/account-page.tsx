'use client';
import { PageHeader } from '#components/ui/page-header.tsx';
import { ConnectionsSection } from './connections-section.tsx';
import { OwnAccess } from './own-access.tsx';
import { PasswordSection } from './password-section.tsx';
import { SecuritySection } from './security-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';

/** Everything that is one's own: what one may do, second factors, tokens, sessions, password. `problem`: of a connection that failed. */
export function AccountPage({ email, name, problem }: { email: string; name: string; problem?: string }) {
  return (
    <>
      <PageHeader title="Account" meta={<span className="break-all">{name ? `${name} · ${email}` : email}</span>} />
      <OwnAccess />
      <SecuritySection />
      <ConnectionsSection problem={problem} />
      <TokensSection />
      <SessionsSection />
      <PasswordSection />
    </>
  );
}
