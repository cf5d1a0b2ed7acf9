'use client';
import { z } from 'zod';
import { grantDraftSchema, rowsOf } from '../schemas.ts';
import { useApi } from '../use-api.ts';

const invitationSchema = z.object({
  id: z.string(),
  kind: z.enum(['invite', 'reset']),
  email: z.string(),
  name: z.string(),
  teams: z.array(z.string()),
  grants: z.array(grantDraftSchema),
  createdBy: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
export type Invitation = z.infer<typeof invitationSchema>;
const schema = rowsOf(invitationSchema);

/** One-time links that nobody has used yet: invitations, and resets of passwords. */
export const useInvitations = () => useApi('/api/invitations', schema);
