import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions } from '#lib/console/auth-options.ts';
import { clientOf } from '#lib/console/client-of.ts';
import { getRuntime } from '#lib/runtime.ts';

// The server has settled X-Forwarded-* before Next sees a request, so next-auth may believe them.
process.env.AUTH_TRUST_HOST = '1';

function handler(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }) {
  const secure = request.headers.get('x-forwarded-proto') === 'https';
  return NextAuth(request, context, authOptions(getRuntime(), clientOf(request), secure));
}

export { handler as GET, handler as POST };
