'use client';
import { PageHeader } from '#components/ui/page-header.tsx';
import { OwnAccess } from './own-access.tsx';
import { PasswordSection } from './password-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';

/** Everything that is one's own: what one may do, tokens, sessions, password. */
export function AccountPage({ email, name }: { email: string; name: string }) {
  return (
    <>
      <PageHeader title="Account" meta={<span className="break-all">{name ? `${name} · ${email}` : email}</span>} />
      <OwnAccess />
      <TokensSection />
      <SessionsSection />
      <PasswordSection />
    </>
  );
}
