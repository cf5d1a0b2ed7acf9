'use client';
import { createContext, type ReactNode, useContext } from 'react';

export interface Account {
  name: string;
  email: string;
  /** For form posts (downloads); bound to the session. */
  csrfToken: string;
  /** The console's version. */
  version: string;
}

const AccountContext = createContext<Account | undefined>(undefined);

export function AccountProvider({ account, children }: { account: Account; children: ReactNode }) {
  return <AccountContext value={account}>{children}</AccountContext>;
}

/** Who is signed in. */
export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error('There is no AccountProvider around this component.');
  return account;
}
